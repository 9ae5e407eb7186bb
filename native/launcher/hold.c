#include "hold.h"

#include <linux/signal.h>

#include "system.h"
#include "text.h"

typedef unsigned long signal_set;

static const char loader_name[] = "/ld.so";

// Those that engine/signals.ts handles; glibc keeps the first two real-time signals for itself.
static const int ending[] = {SIGHUP,  SIGINT,    SIGQUIT, SIGUSR1,   SIGUSR2, SIGALRM,
                             SIGTERM, SIGSTKFLT, SIGXCPU, SIGVTALRM, SIGPROF, SIGIO};
enum { FIRST_REAL_TIME = 34, LAST_REAL_TIME = 64 };

static signal_set one(int signal) { return 1UL << (signal - 1); }

int is_loader(const char *path) {
  size_t length = length_of(path), end = sizeof loader_name - 1;
  return length > end && same(path + length - end, loader_name);
}

// To the first process of a PID namespace the kernel drops a signal that it does not handle, unless it is blocked: then it
// waits until it does. Between its start and its first handler the engine has been loaded. kill(2), sigprocmask(2)
static void hold_signals(void) {
  signal_set held = 0;
  for (size_t i = 0; i < sizeof ending / sizeof *ending; i++) held |= one(ending[i]);
  for (int signal = FIRST_REAL_TIME; signal <= LAST_REAL_TIME; signal++) held |= one(signal);
  system_call(SYS_rt_sigprocmask, SIG_BLOCK, (long)&held, 0, sizeof held, 0);
}

void start_loader(char *const argv[], char *const env[]) {
  hold_signals();
  execute(argv[0], argv, env);
}
