// Signals that end this process, from a handler in C: it runs in a busy loop of the guest's, and its being
// there is what makes the kernel deliver signals to PID 1 at all:
// https://man7.org/linux/man-pages/man2/kill.2.html
#define _GNU_SOURCE
#include "addon.h"

#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static volatile sig_atomic_t status_descriptor = -1;

// Only async-signal-safe calls from here on: https://man7.org/linux/man-pages/man7/signal-safety.7.html
// (and getrlimit and setrlimit, which are bare system calls).

// The guest's limit on the size of files is not one on its report.
static void lift_file_size(void) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_FSIZE, &limit) < 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_FSIZE, &limit);
}

static void report_and_exit(int signal) {
  char line[] = "{\"report\":\"signalled\",\"signal\":NN}\n";
  size_t at = sizeof "{\"report\":\"signalled\",\"signal\":" - 1;
  if (signal >= 10) line[at++] = (char)('0' + signal / 10);
  line[at++] = (char)('0' + signal % 10);
  line[at++] = '}';
  line[at++] = '\n';
  if (status_descriptor >= 0) {
    lift_file_size();
    if (write(status_descriptor, line, at) < 0) _exit(128 + signal);
  }
  _exit(128 + signal);
}

static int64_t set_action(int signal, void (*handler)(int)) {
  struct sigaction action = {.sa_handler = handler, .sa_flags = SA_ONSTACK};
  sigfillset(&action.sa_mask);
  return result_of(sigaction(signal, &action, NULL));
}

static void unblock(int signal) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, signal);
  pthread_sigmask(SIG_UNBLOCK, &set, NULL);
}

static int64_t signal_element(struct call *call, napi_value array, uint32_t index) {
  napi_value element = NULL;
  int32_t signal = 0;
  if (napi_get_element(call->env, array, index, &element) != napi_ok ||
      napi_get_value_int32(call->env, element, &signal) != napi_ok)
    call->wrong = true;
  return signal;
}

NUMBER_CALL(signal_exit_on) {
  uint32_t count = 0;
  if (napi_get_array_length(call->env, call->arguments[0], &count) != napi_ok) call->wrong = true;
  int descriptor = int_argument(call, 1);
  REQUIRE_ARGUMENTS(call);
  status_descriptor = descriptor;
  for (uint32_t i = 0; i < count; i++) {
    int signal = (int)signal_element(call, call->arguments[0], i);
    REQUIRE_ARGUMENTS(call);
    int64_t error = set_action(signal, report_and_exit);
    if (error < 0) return error;
    unblock(signal);
  }
  return 0;
}

NUMBER_CALL(signal_ignore) {
  int signal = int_argument(call, 0);
  REQUIRE_ARGUMENTS(call);
  return set_action(signal, SIG_IGN);
}

NUMBER_CALL(signal_raise_default) {
  int signal = int_argument(call, 0);
  REQUIRE_ARGUMENTS(call);
  int64_t error = set_action(signal, SIG_DFL);
  if (error < 0) return error;
  unblock(signal);
  return result_of(kill(getpid(), signal));
}

const struct entry signal_calls[] = {
    {"exitOnSignals", signal_exit_on},
    {"ignoreSignal", signal_ignore},
    {"raiseDefault", signal_raise_default},
    {NULL, NULL},
};
