// Comes before every source of the launcher in a fuzzer: what it opens and executes is the fuzzer's to say.
#pragma once

#define system_call kernel_system_call
#define open_file kernel_open_file
#define execute kernel_execute
#include "../../../native/launcher/system.h"
#undef system_call
#undef open_file
#undef execute

// As open(2) and execve(2), -errno for a failure. Each target has its own.
long open_file(const char *path, int flags);
long execute(const char *path, char *const argv[], char *const env[]);

// An input may name any file: one is removed or renamed only below the working directory, which is the fuzzer's own.
static inline int is_below(const char *path) {
  if (*path == '/') return 0;
  for (; *path != 0; path++)
    if (path[0] == '.' && path[1] == '.') return 0;
  return 1;
}

static inline long system_call(long number, long a, long b, long c, long d, long e) {
  if (number == SYS_unlinkat && !is_below((const char *)b)) return -EPERM;
  if (number == SYS_renameat2 && !(is_below((const char *)b) && is_below((const char *)d))) return -EPERM;
  return kernel_system_call(number, a, b, c, d, e);
}
