// Before it moves a process into a cgroup the kernel waits until no CPU is in the midst of a fork or exit that
// began before (an RCU grace period for cgroup_threadgroup_rwsem, kernel/cgroup/cgroup.c): 8-16 ms on a machine
// that does nothing else. For some milliseconds after that nobody waits. The low-level runtime will move the
// container's process, so a process of ours has the kernel wait while wrun plans the container. It writes itself
// to the cgroup that it is in, and moves nowhere.
#include "grace.h"

#include <linux/wait.h>

#include "system.h"
#include "text.h"

// As fork(2), but its end sends no signal: a caller's blocked SIGCHLD would wait for the low-level runtime. clone(2)
static long fork_process(void) { return system_call(SYS_clone, 0, 0, 0, 0, 0); }

static const char *end_of(const char *text, char stop) {
  while (*text != 0 && *text != stop && *text != '\n') text++;
  return text;
}

// cgroups(7): `hierarchy-ID:controllers:path`, v2's with no controllers; a hierarchy without any has `name=`.
static int enter(const char *controllers) {
  static struct path file;
  const char *end = end_of(controllers, ':'), *named = after(controllers, "name=");
  if (*end != ':') return 0;
  if (named != NULL) controllers = named;
  file.length = 0;
  append(&file, "/sys/fs/cgroup/");
  append_bytes(&file, controllers, (size_t)(end - controllers));
  append_bytes(&file, end + 1, (size_t)(end_of(end + 1, 0) - end - 1));
  append(&file, "/cgroup.procs");
  long fd = open_file(file.text, O_WRONLY);
  return fd >= 0 && system_call(SYS_write, fd, (long)"0", 1, 0, 0) == 1;
}

static void enter_own_cgroup(void) {
  static char text[4096];
  long fd = open_file("/proc/self/cgroup", O_RDONLY);
  long length = fd < 0 ? fd : system_call(SYS_read, fd, (long)text, sizeof text - 1, 0, 0);
  if (length <= 0) return;
  text[length] = 0;
  // A line that did not fit names another cgroup, and we would move there.
  for (const char *line = text, *end; *(end = end_of(line, 0)) == '\n'; line = end + 1) {
    const char *controllers = end_of(line, ':');
    if (*controllers != ':' || enter(controllers + 1)) return;
  }
}

// The process is nobody's child that we know, so the low-level runtime never sees it, and it holds nothing of the caller's open.
void begin_grace_period(void) {
  long child = fork_process();
  if (child > 0) system_call(SYS_wait4, child, 0, __WALL, 0, 0);
  if (child != 0) return;
  if (fork_process() == 0) {
    system_call(SYS_close_range, 0, ~0U, 0, 0, 0);
    enter_own_cgroup();
  }
  leave(0);
}
