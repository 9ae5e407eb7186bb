#include "reports.h"

#include <signal.h>

#include "system.h"

// socket(2), unix(7), recvmsg(2), flock(2), fcntl(2), prctl(2): their headers want a C library.
enum {
  UNIX = 1,
  SEQUENCED_PACKETS = 5,
  SOCKET_LEVEL = 1,
  PASS_CREDENTIALS = 16,
  CREDENTIALS = 2,
  DO_NOT_WAIT = 0x40,
  TRUNCATED = 0x20,
  LOCK_EXCLUSIVE = 2,
  LOCK_NO_WAIT = 4,
  ASYNC = 020000,
  SET_OWNER = 8,
  SET_NAME = 15,
};

// As many messages of other processes before nothing more is read; and where descriptors are out of everyone's way.
enum { MAX_FOREIGN = 100, HIGH_DESCRIPTOR = 512 };

struct credentials {
  int pid;
  unsigned uid, gid;
};

struct control {
  size_t length;
  int level, type;
  struct credentials sender;
};

struct vector {
  void *base;
  size_t length;
};

struct message {
  void *name;
  int name_length;
  struct vector *vectors;
  size_t vector_count;
  void *control;
  size_t control_length;
  int flags;
};

struct received {
  unsigned pid;
  unsigned length;
};

static void close_descriptor(int *fd) {
  if (*fd >= 0) system_call(SYS_close, *fd, 0, 0, 0, 0);
  *fd = -1;
}

// The caller may pass descriptors to the container by their number: ours must not stand among them.
static void move_up(int *fd) {
  long moved = system_call(SYS_fcntl, *fd, F_DUPFD_CLOEXEC, HIGH_DESCRIPTOR, 0, 0);
  if (moved < 0) return;
  system_call(SYS_close, *fd, 0, 0, 0, 0);
  *fd = (int)moved;
}

void open_reports(struct reports *reports) {
  int ends[2], on = 1;
  reports->receiver = reports->sender = reports->file = -1;
  if (system_call(SYS_socketpair, UNIX, SEQUENCED_PACKETS | O_CLOEXEC | O_NONBLOCK, 0, (long)ends, 0) != 0) return;
  system_call(SYS_setsockopt, ends[0], SOCKET_LEVEL, PASS_CREDENTIALS, (long)&on, sizeof on);
  move_up(&ends[0]);
  move_up(&ends[1]);
  system_call(SYS_fcntl, ends[0], SET_OWNER, system_call(SYS_getpid, 0, 0, 0, 0, 0), 0, 0);
  system_call(SYS_fcntl, ends[0], F_SETFL, ASYNC, 0, 0);
  // It stays open in the executable, which makes it close-on-exec itself when it starts.
  system_call(SYS_fcntl, ends[1], F_SETFD, 0, 0, 0);
  reports->receiver = ends[0];
  reports->sender = ends[1];
}

void close_sender(struct reports *reports) { close_descriptor(&reports->sender); }

// One message behind `at`; its length, 0 at the end, or -errno. Descriptors that a sender adds find no room.
static long receive(int fd, struct received *into, size_t room, int flags) {
  struct control control = {0};
  struct vector vector = {into + 1, room - sizeof *into};
  struct message message = {.vectors = &vector, .vector_count = 1, .control = &control, .control_length = sizeof control};
  long length;
  do length = system_call(SYS_recvmsg, fd, (long)&message, flags, 0, 0);
  while (length == -EINTR);
  if (length <= 0) return length;
  if ((message.flags & TRUNCATED) != 0) return -EMSGSIZE;
  int known = message.control_length >= sizeof control && control.level == SOCKET_LEVEL && control.type == CREDENTIALS;
  into->pid = known ? (unsigned)control.sender.pid : 0;
  into->length = (unsigned)length;
  return length;
}

// Messages of a length that could not be aligned, or that do not fit, are dropped; so is all behind a full stash.
static int take(struct reports *reports, int flags) {
  static union {
    struct received head;
    char bytes[MAX_REPORTS];
  } next;
  long length = receive(reports->receiver, &next.head, sizeof next, flags);
  if (length == -EMSGSIZE) return 1;
  if (length == 0) close_descriptor(&reports->receiver);
  if (length <= 0) return 0;
  size_t size = (sizeof next.head + (size_t)length + 7) & ~(size_t)7;
  if (size > MAX_REPORTS - reports->stashed) return 1;
  char *to = reports->stash + reports->stashed;
  for (size_t i = 0; i < sizeof next.head + (size_t)length; i++) {
    to[i] = next.bytes[i];
    __asm__ volatile(""); // or the compiler makes this loop a call of memcpy
  }
  reports->stashed += size;
  return 1;
}

int receive_reports(struct reports *reports) {
  while (reports->receiver >= 0 && take(reports, DO_NOT_WAIT)) continue;
  return reports->receiver >= 0;
}

static void open_copy(struct reports *reports, const char *path) {
  if (reports->file >= 0 || path == NULL || *path == 0) return;
  system_call(SYS_unlinkat, AT_FDCWD, (long)path, 0, 0, 0);
  reports->file = (int)system_call(SYS_openat, AT_FDCWD, (long)path,
                                   O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0600, 0);
  if (reports->file >= 0) system_call(SYS_flock, reports->file, LOCK_EXCLUSIVE | LOCK_NO_WAIT, 0, 0, 0);
}

static void copy_stash(struct reports *reports, unsigned long pid) {
  for (size_t at = 0; at < reports->stashed;) {
    const struct received *message = (const struct received *)(reports->stash + at);
    at += (sizeof *message + message->length + 7) & ~(size_t)7;
    if (message->pid != pid) {
      reports->foreign++;
    } else if (reports->written + message->length <= MAX_REPORTS) {
      system_call(SYS_write, reports->file, (long)(message + 1), (long)message->length, 0, 0);
      reports->written += message->length;
    }
  }
  reports->stashed = 0;
  if (reports->foreign >= MAX_FOREIGN) close_descriptor(&reports->receiver);
}

void copy_reports(struct reports *reports, unsigned long pid, const char *path) {
  if (reports->receiver < 0 && reports->stashed == 0) return;
  if (pid == 0) return;
  open_copy(reports, path);
  if (reports->file >= 0) copy_stash(reports, pid);
}

// With nothing of the verb's: its callers wait for its streams to be closed, and may signal its process group.
static void leave_caller(const struct reports *reports) {
  unsigned long none = 0;
  int low = reports->receiver < reports->file ? reports->receiver : reports->file;
  int high = reports->receiver < reports->file ? reports->file : reports->receiver;
  system_call(SYS_prctl, SET_NAME, (long)"wrun-reports", 0, 0, 0);
  system_call(SYS_setsid, 0, 0, 0, 0, 0);
  system_call(SYS_chdir, (long)"/", 0, 0, 0, 0);
  if (low > 0) system_call(SYS_close_range, 0, low - 1, 0, 0, 0);
  if (low + 1 < high) system_call(SYS_close_range, low + 1, high - 1, 0, 0, 0);
  system_call(SYS_close_range, high + 1, ~0U, 0, 0, 0);
  system_call(SYS_rt_sigprocmask, SIG_SETMASK, (long)&none, 0, sizeof none, 0);
}

void follow_reports(struct reports *reports, unsigned long pid) {
  if (reports->receiver < 0 || reports->file < 0) return;
  // As fork(2), without a signal to this process when it exits. clone(2)
  if (system_call(SYS_clone, 0, 0, 0, 0, 0) != 0) return;
  system_call(SYS_fcntl, reports->receiver, F_SETFL, 0, 0, 0);
  leave_caller(reports);
  while (reports->receiver >= 0 && take(reports, 0)) copy_stash(reports, pid);
  leave(0);
}
