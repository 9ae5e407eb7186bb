// /proc/self/cgroup, which names folders as the caller's cgroups are named.
#include "world.h"

#include "../../../native/launcher/grace.c"
#include "target.h"

void free(void *);

const char *const fuzz_words[] = {"0::/", "12:cpu,cpuacct:/", "1:name=systemd:/", "/user.slice", "\n", NULL};

static const char *text;
static size_t text_length;

long open_file(const char *path, int flags) {
  if (same(path, "/proc/self/cgroup")) return descriptor_of(text, text_length);
  CHECK(flags == O_WRONLY);
  CHECK(*path == 0 || after(path, "/sys/fs/cgroup/") != NULL);
  // Only a whole line names a cgroup.
  CHECK(end_of(text, 0) < text + text_length);
  return -ENOENT;
}
long execute(const char *path, char *const argv[], char *const env[]) { return (void)path, (void)argv, (void)env, -ENOENT; }

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  char *copy = next_part(&data, &size, 0, &text_length);
  text = copy;
  enter_own_cgroup();
  free(copy);
  // Its process ends then, and closes what it has opened.
  system_call(SYS_close_range, 3, ~0U, 0, 0, 0);
  return 0;
}
