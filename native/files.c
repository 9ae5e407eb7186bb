// Calls on a descriptor. What each does is its man page (section 2); native.ts says what differs.
#define _GNU_SOURCE
#include "addon.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <unistd.h>

// Linux has closed the descriptor even where it says EINTR: a second close could hit somebody else's.
NUMBER_CALL(fd_close) {
  int fd = int_argument(call, 0);
  REQUIRE_ARGUMENTS(call);
  int64_t result = result_of(close(fd));
  return result == -EINTR ? 0 : result;
}

NUMBER_CALL(fd_read) {
  int fd = int_argument(call, 0);
  struct bytes buffer = buffer_argument(call, 1);
  int64_t offset = integer_argument(call, 2), length = integer_argument(call, 3);
  REQUIRE_ARGUMENTS(call);
  if (!lies_inside(buffer, offset, length)) return -EFAULT;
  return RETRY(read(fd, buffer.data + offset, (size_t)length));
}

NUMBER_CALL(fd_write) {
  int fd = int_argument(call, 0);
  struct bytes buffer = buffer_argument(call, 1);
  int64_t offset = integer_argument(call, 2), length = integer_argument(call, 3);
  REQUIRE_ARGUMENTS(call);
  if (!lies_inside(buffer, offset, length)) return -EFAULT;
  return RETRY(write(fd, buffer.data + offset, (size_t)length));
}

static napi_value fd_lseek(napi_env env, napi_callback_info info) {
  struct call call;
  if (!begin_call(&call, env, info)) return NULL;
  int fd = int_argument(&call, 0);
  int64_t offset = bigint_argument(&call, 1);
  int whence = int_argument(&call, 2);
  if (call.wrong) return finish_call(&call, 0);
  napi_value result = NULL;
  napi_create_bigint_int64(env, result_of(lseek(fd, offset, whence)), &result);
  return result;
}

NUMBER_CALL(fd_ftruncate) {
  int fd = int_argument(call, 0);
  int64_t size = bigint_argument(call, 1);
  REQUIRE_ARGUMENTS(call);
  return RETRY(ftruncate(fd, size));
}

NUMBER_CALL(fd_fallocate) {
  int fd = int_argument(call, 0), mode = int_argument(call, 1);
  int64_t offset = bigint_argument(call, 2), length = bigint_argument(call, 3);
  REQUIRE_ARGUMENTS(call);
  return RETRY(fallocate(fd, mode, offset, length));
}

NUMBER_CALL(fd_fadvise) {
  int fd = int_argument(call, 0);
  int64_t offset = bigint_argument(call, 1), length = bigint_argument(call, 2);
  int advice = int_argument(call, 3);
  REQUIRE_ARGUMENTS(call);
  return -posix_fadvise(fd, offset, length, advice);
}

NUMBER_CALL(fd_fsync) {
  int fd = int_argument(call, 0);
  REQUIRE_ARGUMENTS(call);
  return RETRY(fsync(fd));
}

NUMBER_CALL(fd_fdatasync) {
  int fd = int_argument(call, 0);
  REQUIRE_ARGUMENTS(call);
  return RETRY(fdatasync(fd));
}

NUMBER_CALL(fd_get_flags) {
  int fd = int_argument(call, 0);
  REQUIRE_ARGUMENTS(call);
  return result_of(fcntl(fd, F_GETFL));
}

NUMBER_CALL(fd_set_flags) {
  int fd = int_argument(call, 0), flags = int_argument(call, 1);
  REQUIRE_ARGUMENTS(call);
  return result_of(fcntl(fd, F_SETFL, flags));
}

NUMBER_CALL(fd_set_cloexec) {
  int fd = int_argument(call, 0);
  bool on = bool_argument(call, 1);
  REQUIRE_ARGUMENTS(call);
  return result_of(fcntl(fd, F_SETFD, on ? FD_CLOEXEC : 0));
}

NUMBER_CALL(fd_dup) {
  int fd = int_argument(call, 0), least = int_argument(call, 1);
  REQUIRE_ARGUMENTS(call);
  return result_of(fcntl(fd, F_DUPFD_CLOEXEC, least));
}

NUMBER_CALL(fd_dup2) {
  int from = int_argument(call, 0), to = int_argument(call, 1);
  REQUIRE_ARGUMENTS(call);
  return RETRY(dup2(from, to));
}

NUMBER_CALL(fd_memfd) {
  struct path name;
  path_argument(call, 0, &name);
  REQUIRE_ARGUMENTS(call);
  return name.error ? name.error : result_of(memfd_create(name.text, MFD_CLOEXEC));
}

NUMBER_CALL(fd_fs_type) {
  int fd = int_argument(call, 0);
  REQUIRE_ARGUMENTS(call);
  struct statfs status;
  int64_t result = RETRY(fstatfs(fd, &status));
  return result < 0 ? result : (int64_t)(uint32_t)status.f_type;
}

NUMBER_CALL(fd_getdents) {
  int fd = int_argument(call, 0);
  struct bytes buffer = buffer_argument(call, 1);
  int64_t offset = integer_argument(call, 2), length = integer_argument(call, 3);
  REQUIRE_ARGUMENTS(call);
  if (!lies_inside(buffer, offset, length)) return -EFAULT;
  if (length > INT32_MAX) length = INT32_MAX;
  return RETRY(syscall(SYS_getdents64, fd, buffer.data + offset, (unsigned)length));
}

NUMBER_CALL(fd_flock) {
  int fd = int_argument(call, 0), operation = int_argument(call, 1);
  REQUIRE_ARGUMENTS(call);
  return RETRY(flock(fd, operation));
}

static napi_value fd_isatty(napi_env env, napi_callback_info info) {
  struct call call;
  if (!begin_call(&call, env, info)) return NULL;
  int fd = int_argument(&call, 0);
  if (call.wrong) return finish_call(&call, 0);
  napi_value result = NULL;
  napi_get_boolean(env, isatty(fd) == 1, &result);
  return result;
}

static napi_value fd_window_size(napi_env env, napi_callback_info info) {
  struct call call;
  if (!begin_call(&call, env, info)) return NULL;
  int fd = int_argument(&call, 0);
  if (call.wrong) return finish_call(&call, 0);
  struct winsize size = {0};
  int64_t error = result_of(ioctl(fd, TIOCGWINSZ, &size));
  return finish_pair(&call, error, size.ws_row, size.ws_col);
}

// Regular files answer with what is left, cut to 32 bits by the kernel.
NUMBER_CALL(fd_bytes_readable) {
  int fd = int_argument(call, 0);
  REQUIRE_ARGUMENTS(call);
  int count = 0;
  int64_t error = result_of(ioctl(fd, FIONREAD, &count));
  return error < 0 ? error : count < 0 ? INT_MAX : count;
}

static napi_value fd_pipe(napi_env env, napi_callback_info info) {
  struct call call;
  if (!begin_call(&call, env, info)) return NULL;
  int ends[2] = {-1, -1};
  int64_t error = result_of(pipe2(ends, O_CLOEXEC));
  return finish_pair(&call, error, ends[0], ends[1]);
}

NUMBER_CALL(fd_set_window_size) {
  int fd = int_argument(call, 0);
  struct winsize size = {.ws_row = (unsigned short)int_argument(call, 1),
                         .ws_col = (unsigned short)int_argument(call, 2)};
  REQUIRE_ARGUMENTS(call);
  return result_of(ioctl(fd, TIOCSWINSZ, &size));
}

const struct entry file_calls[] = {
    {"close", fd_close},
    {"read", fd_read},
    {"write", fd_write},
    {"lseek", fd_lseek},
    {"ftruncate", fd_ftruncate},
    {"fallocate", fd_fallocate},
    {"fadvise", fd_fadvise},
    {"fsync", fd_fsync},
    {"fdatasync", fd_fdatasync},
    {"getFlags", fd_get_flags},
    {"setFlags", fd_set_flags},
    {"setCloexec", fd_set_cloexec},
    {"dup", fd_dup},
    {"dup2", fd_dup2},
    {"memfd", fd_memfd},
    {"fsType", fd_fs_type},
    {"getdents", fd_getdents},
    {"flock", fd_flock},
    {"isatty", fd_isatty},
    {"windowSize", fd_window_size},
    {"setWindowSize", fd_set_window_size},
    {"bytesReadable", fd_bytes_readable},
    {"pipe", fd_pipe},
    {NULL, NULL},
};
