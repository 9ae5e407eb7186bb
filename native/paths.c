// Calls on a path beneath a directory descriptor, and the status of a file.
#define _GNU_SOURCE
#include "addon.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

NUMBER_CALL(path_openat) {
  struct path path;
  int dirfd = int_argument(call, 0), flags = int_argument(call, 2), mode = int_argument(call, 3);
  path_argument(call, 1, &path);
  REQUIRE_ARGUMENTS(call);
  if (path.error) return path.error;
  return RETRY(openat(dirfd, path.text, flags | O_CLOEXEC, mode));
}

// https://man7.org/linux/man-pages/man2/openat2.2.html: unlike openat it refuses flags and modes that it
// does not know, or that have no meaning together.
NUMBER_CALL(path_openat2) {
  struct path path;
  int dirfd = int_argument(call, 0), flags = int_argument(call, 2);
  int mode = int_argument(call, 3), resolve = int_argument(call, 4);
  path_argument(call, 1, &path);
  REQUIRE_ARGUMENTS(call);
  if (path.error) return path.error;
  struct open_how how = {
      .flags = (uint32_t)flags | O_CLOEXEC, .mode = (uint32_t)mode, .resolve = (uint32_t)resolve};
  return RETRY(syscall(SYS_openat2, dirfd, path.text, &how, sizeof how));
}

// The fields of native.ts's statFields.
enum { DEV, INO, MODE, NLINK, SIZE, ATIM, MTIM, CTIM, RDEV, UID, GID, BLOCKS, MOUNT_ID, STAT_FIELDS };

// Nanoseconds since 1970; the ends of int64 where a file's time lies beyond them (years 1677 and 2262).
static int64_t nanoseconds(struct statx_timestamp time) {
  int64_t result;
  if (__builtin_mul_overflow(time.tv_sec, 1000000000, &result) ||
      __builtin_add_overflow(result, time.tv_nsec, &result))
    return time.tv_sec < 0 ? INT64_MIN : INT64_MAX;
  return result;
}

static void store_status(const struct statx *status, int64_t *out) {
  out[DEV] = (int64_t)makedev(status->stx_dev_major, status->stx_dev_minor);
  out[INO] = (int64_t)status->stx_ino;
  out[MODE] = status->stx_mode;
  out[NLINK] = status->stx_nlink;
  out[SIZE] = (int64_t)status->stx_size;
  out[ATIM] = nanoseconds(status->stx_atime);
  out[MTIM] = nanoseconds(status->stx_mtime);
  out[CTIM] = nanoseconds(status->stx_ctime);
  out[RDEV] = (int64_t)makedev(status->stx_rdev_major, status->stx_rdev_minor);
  out[UID] = status->stx_uid;
  out[GID] = status->stx_gid;
  out[BLOCKS] = (int64_t)status->stx_blocks;
  out[MOUNT_ID] = status->stx_mask & STATX_MNT_ID ? (int64_t)status->stx_mnt_id : -1;
}

static int64_t stat_path(int dirfd, const char *path, int flags, struct bytes out) {
  if (out.length < STAT_FIELDS * sizeof(int64_t)) return -EFAULT;
  struct statx status;
  int64_t result =
      RETRY(statx(dirfd, path, flags | AT_NO_AUTOMOUNT, STATX_BASIC_STATS | STATX_MNT_ID, &status));
  if (result == 0) store_status(&status, (int64_t *)out.data);
  return result;
}

NUMBER_CALL(path_fstat) {
  int fd = int_argument(call, 0);
  struct bytes out = array_argument(call, 1, napi_bigint64_array);
  REQUIRE_ARGUMENTS(call);
  return stat_path(fd, "", AT_EMPTY_PATH, out);
}

NUMBER_CALL(path_fstatat) {
  struct path path;
  int dirfd = int_argument(call, 0), flags = int_argument(call, 2);
  path_argument(call, 1, &path);
  struct bytes out = array_argument(call, 3, napi_bigint64_array);
  REQUIRE_ARGUMENTS(call);
  if (path.error) return path.error;
  return stat_path(dirfd, path.text, flags, out);
}

// With the effective ids: what the call that follows would be allowed.
NUMBER_CALL(path_faccessat) {
  struct path path;
  int dirfd = int_argument(call, 0), mode = int_argument(call, 2);
  path_argument(call, 1, &path);
  REQUIRE_ARGUMENTS(call);
  if (path.error) return path.error;
  return RETRY(faccessat(dirfd, path.text, mode, AT_EACCESS));
}

NUMBER_CALL(path_mkdirat) {
  struct path path;
  int dirfd = int_argument(call, 0), mode = int_argument(call, 2);
  path_argument(call, 1, &path);
  REQUIRE_ARGUMENTS(call);
  if (path.error) return path.error;
  return RETRY(mkdirat(dirfd, path.text, mode));
}

NUMBER_CALL(path_mkfifoat) {
  struct path path;
  int dirfd = int_argument(call, 0), mode = int_argument(call, 2);
  path_argument(call, 1, &path);
  REQUIRE_ARGUMENTS(call);
  if (path.error) return path.error;
  return RETRY(mkfifoat(dirfd, path.text, mode));
}

NUMBER_CALL(path_unlinkat) {
  struct path path;
  int dirfd = int_argument(call, 0), flags = int_argument(call, 2);
  path_argument(call, 1, &path);
  REQUIRE_ARGUMENTS(call);
  if (path.error) return path.error;
  return RETRY(unlinkat(dirfd, path.text, flags));
}

NUMBER_CALL(path_renameat) {
  struct path from, to;
  int from_dirfd = int_argument(call, 0), to_dirfd = int_argument(call, 2);
  path_argument(call, 1, &from);
  path_argument(call, 3, &to);
  REQUIRE_ARGUMENTS(call);
  if (from.error || to.error) return from.error ? from.error : to.error;
  return RETRY(renameat(from_dirfd, from.text, to_dirfd, to.text));
}

NUMBER_CALL(path_linkat) {
  struct path from, to;
  int from_dirfd = int_argument(call, 0), to_dirfd = int_argument(call, 2), flags = int_argument(call, 4);
  path_argument(call, 1, &from);
  path_argument(call, 3, &to);
  REQUIRE_ARGUMENTS(call);
  if (from.error || to.error) return from.error ? from.error : to.error;
  return RETRY(linkat(from_dirfd, from.text, to_dirfd, to.text, flags));
}

NUMBER_CALL(path_symlinkat) {
  struct path target, path;
  int dirfd = int_argument(call, 1);
  path_argument(call, 0, &target);
  path_argument(call, 2, &path);
  REQUIRE_ARGUMENTS(call);
  if (target.error || path.error) return target.error ? target.error : path.error;
  return RETRY(symlinkat(target.text, dirfd, path.text));
}

NUMBER_CALL(path_readlinkat) {
  struct path path;
  int dirfd = int_argument(call, 0);
  path_argument(call, 1, &path);
  struct bytes buffer = buffer_argument(call, 2);
  int64_t offset = integer_argument(call, 3), length = integer_argument(call, 4);
  REQUIRE_ARGUMENTS(call);
  if (path.error) return path.error;
  if (!lies_inside(buffer, offset, length)) return -EFAULT;
  if (length > INT32_MAX) length = INT32_MAX;
  return RETRY(readlinkat(dirfd, path.text, (char *)buffer.data + offset, (size_t)length));
}

// INT64_MIN and the next are native.ts's omitTime and nowTime.
static struct timespec file_time(int64_t nanoseconds) {
  if (nanoseconds == INT64_MIN) return (struct timespec){.tv_nsec = UTIME_OMIT};
  if (nanoseconds == INT64_MIN + 1) return (struct timespec){.tv_nsec = UTIME_NOW};
  int64_t seconds = nanoseconds / 1000000000, rest = nanoseconds % 1000000000;
  return rest < 0 ? (struct timespec){seconds - 1, rest + 1000000000} : (struct timespec){seconds, rest};
}

// Before Linux 5.8 utimensat has no AT_EMPTY_PATH, and only a descriptor that is open for more than its path
// will do.
NUMBER_CALL(path_utimensat) {
  struct path path;
  int dirfd = int_argument(call, 0), flags = int_argument(call, 4);
  path_argument(call, 1, &path);
  int64_t atim = bigint_argument(call, 2), mtim = bigint_argument(call, 3);
  REQUIRE_ARGUMENTS(call);
  if (path.error) return path.error;
  struct timespec times[2] = {file_time(atim), file_time(mtim)};
  int64_t result = RETRY(utimensat(dirfd, path.text, times, flags));
  if (result == -EINVAL && path.text[0] == 0 && flags & AT_EMPTY_PATH) return RETRY(futimens(dirfd, times));
  return result;
}

NUMBER_CALL(path_fchmod) {
  int fd = int_argument(call, 0), mode = int_argument(call, 1);
  REQUIRE_ARGUMENTS(call);
  return RETRY(fchmod(fd, (mode_t)mode));
}

NUMBER_CALL(path_fchown) {
  int fd = int_argument(call, 0);
  int64_t uid = integer_argument(call, 1), gid = integer_argument(call, 2);
  REQUIRE_ARGUMENTS(call);
  return RETRY(fchown(fd, (uid_t)uid, (gid_t)gid));
}

const struct entry path_calls[] = {
    {"openat", path_openat},
    {"openat2", path_openat2},
    {"fstat", path_fstat},
    {"fstatat", path_fstatat},
    {"faccessat", path_faccessat},
    {"mkdirat", path_mkdirat},
    {"mkfifoat", path_mkfifoat},
    {"unlinkat", path_unlinkat},
    {"renameat", path_renameat},
    {"linkat", path_linkat},
    {"symlinkat", path_symlinkat},
    {"readlinkat", path_readlinkat},
    {"utimensat", path_utimensat},
    {"fchmod", path_fchmod},
    {"fchown", path_fchown},
    {NULL, NULL},
};
