// What the launcher needs of the kernel, without a C library: one would cost more than all the rest (RATIONALE.md).
// Results are as the kernel gives them: -errno for a failure.
#pragma once

#include <asm/errno.h>
#include <fcntl.h>
#include <linux/stat.h>
#include <stddef.h>
#include <sys/syscall.h>

static inline long system_call(long number, long a, long b, long c, long d, long e) {
#if defined(__x86_64__)
  register long fourth __asm__("r10") = d;
  register long fifth __asm__("r8") = e;
  long result;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(number), "D"(a), "S"(b), "d"(c), "r"(fourth), "r"(fifth)
                   : "rcx", "r11", "memory");
  return result;
#elif defined(__aarch64__)
  register long number_ __asm__("x8") = number;
  register long first __asm__("x0") = a;
  register long second __asm__("x1") = b;
  register long third __asm__("x2") = c;
  register long fourth __asm__("x3") = d;
  register long fifth __asm__("x4") = e;
  __asm__ volatile("svc 0"
                   : "+r"(first)
                   : "r"(number_), "r"(second), "r"(third), "r"(fourth), "r"(fifth)
                   : "memory");
  return first;
#else
#error "wrun runs on x86-64 and arm64"
#endif
}

static inline long open_file(const char *path, int flags) {
  return system_call(SYS_openat, AT_FDCWD, (long)path, flags, 0, 0);
}

static inline long stat_file(const char *path, struct statx *stat) {
  return system_call(SYS_statx, AT_FDCWD, (long)path, 0, STATX_BASIC_STATS, (long)stat);
}

static inline int exists(const char *path) {
  struct statx stat;
  return stat_file(path, &stat) == 0;
}

static inline long execute(const char *path, char *const argv[], char *const env[]) {
  return system_call(SYS_execve, (long)path, (long)argv, (long)env, 0, 0);
}

static inline __attribute__((noreturn)) void leave(int code) {
  for (;;) system_call(SYS_exit_group, code, 0, 0, 0, 0);
}
