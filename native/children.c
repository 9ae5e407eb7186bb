// Other processes: signalling them, and waiting for one child by its pid (never for any: that would steal
// the children of the JavaScript runtime).
#define _GNU_SOURCE
#include "addon.h"

#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

NUMBER_CALL(child_kill) {
  int pid = int_argument(call, 0), signal = int_argument(call, 1);
  REQUIRE_ARGUMENTS(call);
  return result_of(kill(pid, signal));
}

NUMBER_CALL(child_pidfd_open) {
  int pid = int_argument(call, 0);
  REQUIRE_ARGUMENTS(call);
  return result_of(syscall(SYS_pidfd_open, pid, 0));
}

// struct pidfd_info of linux/pidfd.h as it first was (Linux 6.13); headers of most distributions are older.
struct pidfd_info {
  uint64_t mask, cgroupid;
  uint32_t pid, tgid, ppid, ids[8];
  int32_t exit_code;
};

enum { PIDFD_INFO_EXIT = 1 << 3 };
#define PIDFD_GET_INFO _IOWR(0xff, 11, struct pidfd_info)

NUMBER_CALL(child_pidfd_exit) {
  int fd = int_argument(call, 0);
  REQUIRE_ARGUMENTS(call);
  struct pidfd_info told = {.mask = PIDFD_INFO_EXIT};
  if (ioctl(fd, PIDFD_GET_INFO, &told) < 0) return -errno;
  return (told.mask & PIDFD_INFO_EXIT) == 0 ? -EAGAIN : told.exit_code;
}

static int64_t wait_for(int pid, int options, siginfo_t *status) {
  memset(status, 0, sizeof *status);
  if (pid <= 0) return -ECHILD;
  return RETRY(waitid(P_PID, (id_t)pid, status, WEXITED | options));
}

// [CLD_*, exit code or signal], 0 where the child still runs, or -errno.
static napi_value finish_wait(struct call *call, int64_t error, const siginfo_t *status) {
  if (error == 0 && status->si_pid == 0) return finish_call(call, 0);
  return finish_pair(call, error, status->si_code, status->si_status);
}

static napi_value child_waitpid(napi_env env, napi_callback_info info) {
  struct call call;
  if (!begin_call(&call, env, info)) return NULL;
  int pid = int_argument(&call, 0), flags = int_argument(&call, 1);
  if (call.wrong) return finish_call(&call, 0);
  siginfo_t status;
  int64_t error = wait_for(pid, flags & WNOHANG, &status);
  return finish_wait(&call, error, &status);
}

// Some child that is dead and not waited for, which it stays; 0 where there is none.
NUMBER_CALL(child_dead) {
  (void)call;
  siginfo_t status = {0};
  int64_t error = RETRY(waitid(P_ALL, 0, &status, WEXITED | WNOHANG | WNOWAIT));
  return error < 0 ? error : status.si_pid;
}

static volatile pid_t forward_to;

// Signals that came before there was a child to pass them on to.
enum { held_none, held_sent, held_typed };
static int held[NSIG];

// The terminal sends its signals to the whole foreground group: a child in ours has had it already.
static void pass_on(int signal, bool from_terminal) {
  if (!(from_terminal && getpgid(forward_to) == getpgrp())) kill(forward_to, signal);
}

static void pass_on_held(void) {
  for (int signal = 1; signal < NSIG; signal++) {
    int how = __atomic_exchange_n(&held[signal], held_none, __ATOMIC_SEQ_CST);
    if (how != held_none) pass_on(signal, how == held_typed);
  }
}

// Any thread may be the one that runs this: another may just be setting forward_to.
static void forward(int signal, siginfo_t *info, void *context) {
  (void)context;
  int saved = errno;
  int how = info->si_code == SI_KERNEL ? held_typed : held_sent;
  __atomic_store_n(&held[signal], how, __ATOMIC_SEQ_CST);
  if (forward_to != 0) pass_on_held();
  errno = saved;
}

// A signal whose handler was `previous` before; see forward_signals.
struct forwarded {
  int signal;
  struct sigaction previous;
};

static void restore_signals(const struct forwarded *forwarded, uint32_t count) {
  for (uint32_t i = 0; i < count; i++) sigaction(forwarded[i].signal, &forwarded[i].previous, NULL);
}

static int64_t forward_signals(struct forwarded *forwarded, uint32_t count) {
  struct sigaction action = {.sa_sigaction = forward, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART};
  sigfillset(&action.sa_mask);
  for (uint32_t i = 0; i < count; i++) {
    if (sigaction(forwarded[i].signal, &action, &forwarded[i].previous) < 0) {
      int error = -errno;
      restore_signals(forwarded, i);
      return error;
    }
  }
  return 0;
}

// The child is left unreaped (WNOWAIT) until nothing is forwarded any more: its pid cannot have become another's.
static int64_t wait_forwarding(int pid, struct forwarded *forwarded, uint32_t count, siginfo_t *status) {
  int64_t error = wait_for(pid, WNOHANG | WNOWAIT, status);
  if (error < 0) return error;
  forward_to = pid;
  error = forward_signals(forwarded, count);
  if (error == 0) {
    pass_on_held();
    error = wait_for(pid, WNOWAIT, status);
    restore_signals(forwarded, count);
  }
  forward_to = 0;
  return error < 0 ? error : wait_for(pid, 0, status);
}

static uint32_t read_signals(struct call *call, int index, struct forwarded *forwarded, uint32_t most) {
  uint32_t count = 0;
  napi_value array = call->arguments[index];
  if (napi_get_array_length(call->env, array, &count) != napi_ok || count > most) call->wrong = true;
  for (uint32_t i = 0; !call->wrong && i < count; i++) {
    napi_value element = NULL;
    napi_get_element(call->env, array, i, &element);
    if (napi_get_value_int32(call->env, element, &forwarded[i].signal) != napi_ok) call->wrong = true;
  }
  return count;
}

static napi_value child_hold_signals(napi_env env, napi_callback_info info) {
  struct call call;
  if (!begin_call(&call, env, info)) return NULL;
  struct forwarded forwarded[NSIG];
  uint32_t count = read_signals(&call, 0, forwarded, NSIG);
  return finish_call(&call, call.wrong ? 0 : forward_signals(forwarded, count));
}

static napi_value child_wait_forwarding(napi_env env, napi_callback_info info) {
  struct call call;
  if (!begin_call(&call, env, info)) return NULL;
  struct forwarded forwarded[NSIG];
  int pid = int_argument(&call, 0);
  uint32_t count = read_signals(&call, 1, forwarded, NSIG);
  if (call.wrong) return finish_call(&call, 0);
  siginfo_t status = {0};
  int64_t error = wait_forwarding(pid, forwarded, count, &status);
  return finish_wait(&call, error, &status);
}

const struct entry child_calls[] = {
    {"kill", child_kill},
    {"pidfdOpen", child_pidfd_open},
    {"pidfdExit", child_pidfd_exit},
    {"waitpid", child_waitpid},
    {"deadChild", child_dead},
    {"holdSignals", child_hold_signals},
    {"waitForwarding", child_wait_forwarding},
    {NULL, NULL},
};
