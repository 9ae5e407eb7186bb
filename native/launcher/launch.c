// What `wrun` is on PATH. It starts the executable `wrun` that stands beside it, the arguments as they came, and
// does first what the executable can only do late, or at a price: tell its runtime how to run (tuning.c), pass on
// what is the low-level runtime's alone (forward.c), and let the kernel begin to wait (grace.c).
// In a container it holds signals while the executable is loaded (hold.c).
#include "command.h"
#include "forward.h"
#include "grace.h"
#include "hold.h"
#include "observe.h"
#include "shim.h"
#include "system.h"
#include "text.h"
#include "tuning.h"

static __attribute__((noreturn)) void fail(const char *message) {
  system_call(SYS_write, 2, (long)message, (long)length_of(message), 0, 0);
  leave(126);
}

// This file's own folder, links followed, with the executable's name behind it. Under any name but its own it would
// start itself.
static const char *find_executable(void) {
  static struct path path;
  long length = system_call(SYS_readlinkat, AT_FDCWD, (long)"/proc/self/exe", (long)path.text, MOST_PATH - 1, 0);
  if (length <= 0) fail("wrun: cannot read /proc/self/exe: is /proc mounted?\n");
  while (length > 0 && path.text[length - 1] != '/') length--;
  if (!same(path.text + length, "launch")) fail("wrun: copied without its folder: copy all of dist/, or run wrun install\n");
  path.length = (size_t)length;
  append(&path, "wrun");
  return path.text;
}

// Verbs whose work is little JavaScript and a program that is started then.
static const char *const short_verbs[] = {"create", "run",    "exec",   "start",    "state",      "kill",
                                          "delete", "list",   "ps",     "pause",    "resume",     "update",
                                          "events", "mounts", "features", "checkpoint", "restore", NULL};

// Whether the low-level runtime will come in, as far as can be told at once.
static int is_for_kernel(const struct command *command, char *const words[]) {
  if (!same(command->verb, "create") && !same(command->verb, "run")) return 0;
  for (; *words != NULL; words++)
    if (same(*words, "embedded") || same(*words, "--sandbox=embedded")) return 0;
  return system_call(SYS_geteuid, 0, 0, 0, 0, 0) == 0;
}

static void start_verb(struct start *start) {
  static const char *const none[] = {NULL};
  struct command command = read_command(start->argv);
  observe(&command, start);
  forward(&command, start);
  if (command.verb == NULL || !is_one_of(command.verb, short_verbs)) return start_tuned(start, none, 0);
  if (is_for_kernel(&command, start->argv)) begin_grace_period();
  start_tuned(start, verb_tuning, 1);
}

// `stack` is what the kernel leaves there for a new program: argc, argv, NULL, the environment, NULL.
__attribute__((noreturn, used)) static void run(long *stack) {
  long argc = *stack;
  char **argv = (char **)(stack + 1);
  if (argc >= 2 && is_loader(argv[1])) start_loader(argv + 1, argv + argc + 1);
  struct start start = {.argv = argv, .env = argv + argc + 1, .executable = find_executable()};
  if (argc >= 2 && same(argv[1], "wasm"))
    start_tuned(&start, engine_tuning, 0);
  else if (argc >= 1 && is_shim(argv[0]))
    start_shim(&start);
  else
    start_verb(&start);
  fail("wrun: cannot start the executable wrun beside the launcher: is the installation whole?\n");
}

#if defined(WRUN_HOSTED)
// Built with a C library, for the sanitizers (scripts/sanitize.mjs). What argv points to is the kernel's own.
int main(int argc, char **argv) {
  (void)argc;
  run((long *)argv - 1);
}
#elif defined(__x86_64__)
__asm__(".globl _start\n_start:\n  xor %ebp, %ebp\n  mov %rsp, %rdi\n  and $-16, %rsp\n  call run\n");
#else
__asm__(".globl _start\n_start:\n  mov x29, #0\n  mov x0, sp\n  b run\n");
#endif
