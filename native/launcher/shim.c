// containerd waits for `start` to end, and goes on then with the shim that it has left behind. The shim itself is what
// does the work of `start`, so that a container costs one start of the executable. It tells on descriptor 3 when it has
// answered; the launcher has waited for that, in its place.
#include "shim.h"

#include <linux/wait.h>

#include "system.h"
#include "text.h"
#include "tuning.h"

enum { ANSWERED = 3, FAILED = 1 };

int is_shim(const char *name) {
  const char *base = name;
  for (; *name != 0; name++)
    if (*name == '/') base = name + 1;
  return same(base, "containerd-shim-wrun-v1");
}

// The verb comes last (containerd: pkg/shim/util.go).
static int is_start(char *const *words) {
  const char *last = "";
  for (; *words != NULL; words++) last = *words;
  return same(last, "start");
}

// In a session of its own, so that it outlives containerd, and with nothing of the caller's but its streams.
static void become_shim(const struct start *start, int answered) {
  system_call(SYS_setsid, 0, 0, 0, 0, 0);
  if (answered == ANSWERED)
    system_call(SYS_fcntl, ANSWERED, F_SETFD, 0, 0, 0);
  else
    system_call(SYS_dup3, answered, ANSWERED, 0, 0, 0);
  system_call(SYS_close_range, ANSWERED + 1, ~0U, 0, 0, 0);
  start_tuned(start, verb_tuning, 1);
}

// The code that a child ends with, whom a signal may end as well.
static int code_of(long child) {
  int status = 0;
  if (system_call(SYS_wait4, child, (long)&status, __WALL, 0, 0) != child) return FAILED;
  return (status & 0x7f) == 0 ? (status >> 8) & 0xff : FAILED;
}

static long wait_for_answer(int reader) {
  char byte;
  long count;
  do count = system_call(SYS_read, reader, (long)&byte, 1, 0, 0);
  while (count == -EINTR);
  return count;
}

void start_shim(const struct start *start) {
  int ends[2];
  if (!is_start(start->argv)) return start_tuned(start, verb_tuning, 1);
  check_open_files(1);
  if (system_call(SYS_pipe2, (long)ends, O_CLOEXEC, 0, 0, 0) != 0) return;
  // As fork(2); the shim's end is no news to whoever it is left to. clone(2)
  long child = system_call(SYS_clone, 0, 0, 0, 0, 0);
  if (child < 0) return;
  if (child == 0) return become_shim(start, ends[1]);
  system_call(SYS_close, ends[1], 0, 0, 0, 0);
  leave(wait_for_answer(ends[0]) == 1 ? 0 : code_of(child));
}
