// Starts the executable `wrun` that stands beside this file, the arguments as they came. For the engine
// (`wrun wasm …`) it says what JavaScriptCore reads from the environment before any code of ours could say it
// (oci/engine-env.ts: containers get the same list from whoever starts them). What the caller has set stays.
//
// No C library: it would cost more than the rest of this program (RATIONALE.md).
#include <fcntl.h>
#include <stddef.h>
#include <sys/syscall.h>

enum { MOST_PATH = 4096, MOST_TUNING = 8 };

static const char *const tuning[] = {TUNING};
static const size_t tunings = sizeof tuning / sizeof *tuning;
_Static_assert(sizeof tuning / sizeof *tuning <= MOST_TUNING, "no room in the environment");

static long system_call(long number, long a, long b, long c, long d) {
#if defined(__x86_64__)
  register long fourth __asm__("r10") = d;
  long result;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(number), "D"(a), "S"(b), "d"(c), "r"(fourth)
                   : "rcx", "r11", "memory");
  return result;
#elif defined(__aarch64__)
  register long number_ __asm__("x8") = number;
  register long first __asm__("x0") = a;
  register long second __asm__("x1") = b;
  register long third __asm__("x2") = c;
  register long fourth __asm__("x3") = d;
  __asm__ volatile("svc 0" : "+r"(first) : "r"(number_), "r"(second), "r"(third), "r"(fourth) : "memory");
  return first;
#else
#error "wrun runs on x86-64 and arm64"
#endif
}

static size_t length_of(const char *text) {
  size_t length = 0;
  while (text[length] != 0) {
    __asm__ volatile(""); // or the compiler makes this loop a call of strlen
    length++;
  }
  return length;
}

static int same(const char *a, const char *b) {
  while (*a != 0 && *a == *b) a++, b++;
  return *a == *b;
}

// Whether `entry` sets the variable that `setting` sets.
static int sets(const char *entry, const char *setting) {
  while (*setting != '=' && *entry == *setting) entry++, setting++;
  return *entry == '=' && *setting == '=';
}

static __attribute__((noreturn)) void fail(const char *message) {
  system_call(SYS_write, 2, (long)message, (long)length_of(message), 0);
  for (;;) system_call(SYS_exit_group, 126, 0, 0, 0);
}

// This file's own folder, links followed, with the executable's name behind it. Under any name but its own it would
// start itself.
static const char *beside(char path[MOST_PATH]) {
  static const char name[] = "wrun";
  long length =
      system_call(SYS_readlinkat, AT_FDCWD, (long)"/proc/self/exe", (long)path, MOST_PATH - (long)sizeof name);
  if (length <= 0) fail("wrun: cannot read /proc/self/exe: is /proc mounted?\n");
  path[length] = 0;
  while (length > 0 && path[length - 1] != '/') length--;
  if (!same(path + length, "launch")) fail("wrun: copied without its folder: copy all of dist/, or run wrun install\n");
  for (size_t i = 0; i < sizeof name; i++) path[(size_t)length + i] = name[i];
  return path;
}

static void start(char *const argv[], char *const env[]) {
  static char path[MOST_PATH];
  system_call(SYS_execve, (long)beside(path), (long)argv, (long)env, 0);
  fail("wrun: cannot start the executable wrun beside the launcher: is the installation whole?\n");
}

// `stack` is what the kernel leaves there for a new program: argc, argv, NULL, the environment, NULL.
__attribute__((noreturn, used)) static void run(long *stack) {
  long argc = *stack;
  char **argv = (char **)(stack + 1), **env = argv + argc + 1;
  if (argc < 2 || !same(argv[1], "wasm")) start(argv, env);
  size_t count = 0;
  while (env[count] != NULL) count++;
  const char *tuned[count + MOST_TUNING + 1];
  for (size_t i = 0; i < count; i++) tuned[i] = env[i];
  size_t more = count;
  for (size_t t = 0; t < tunings; t++) {
    size_t i = 0;
    while (i < count && !sets(env[i], tuning[t])) i++;
    if (i == count) tuned[more++] = tuning[t];
  }
  tuned[more] = NULL;
  start(argv, (char *const *)tuned);
  for (;;) {
  }
}

#if defined(__x86_64__)
__asm__(".globl _start\n_start:\n  xor %ebp, %ebp\n  mov %rsp, %rdi\n  and $-16, %rsp\n  call run\n");
#else
__asm__(".globl _start\n_start:\n  mov x29, #0\n  mov x0, sp\n  b run\n");
#endif
