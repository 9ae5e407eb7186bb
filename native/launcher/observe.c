#include "observe.h"

#include <linux/time_types.h>
#include <linux/wait.h>
#include <signal.h>

#include "events.h"
#include "forward.h"
#include "number.h"
#include "record.h"
#include "system.h"
#include "text.h"

typedef unsigned long signal_set;

// sigaction(2) as the kernel has it.
struct disposition {
  void *handler;
  unsigned long flags;
  void *restorer;
  signal_set mask;
};

static const signal_set set_size = sizeof(signal_set);

static signal_set one(int signal) { return 1UL << (signal - 1); }

// Those of a terminal's job control keep their meaning, or a shell would wait for us while the child has stopped.
static signal_set held(void) { return ~(one(SIGTSTP) | one(SIGTTIN) | one(SIGTTOU) | one(SIGCONT)); }

static void set_mask(signal_set mask, signal_set *before) {
  system_call(SYS_rt_sigprocmask, SIG_SETMASK, (long)&mask, (long)before, (long)set_size, 0);
}

static void set_disposition(int signal, const struct disposition *new, struct disposition *old) {
  system_call(SYS_rt_sigaction, signal, (long)new, (long)old, (long)set_size, 0);
}

static long fork_child(void) { return system_call(SYS_clone, SIGCHLD, 0, 0, 0, 0); }

// A child that is alone must not go on.
static void die_with_parent(long parent) {
  system_call(SYS_prctl, 1, SIGKILL, 0, 0, 0);
  if (system_call(SYS_getppid, 0, 0, 0, 0, 0) != parent) leave(125);
}

// Sockets that were given to this process by its pid are the child's (sd_listen_fds(3)).
static void keep_listen_pid(struct start *start, long parent) {
  static const char name[] = "LISTEN_PID=";
  static char text[sizeof name + 24], own[24];
  const char *given = value_in(start->env, name);
  if (given == NULL || !same(given, write_number(own + sizeof own - 1, (unsigned long)parent))) return;
  char *at = write_number(text + sizeof text - 1, (unsigned long)system_call(SYS_getpid, 0, 0, 0, 0, 0));
  for (size_t i = sizeof name - 1; i > 0; i--) *--at = name[i - 1];
  for (char **entry = start->env; *entry != NULL; entry++)
    if (after(*entry, name) != NULL) *entry = at;
}

// The child's end, as wait4(2) gives it. A signal to us is a signal to the child; a terminal has told it by itself. The
// kernel's SIGIO says that the engine has reported something.
static int wait_for(long child, const struct observed *observed) {
  const struct __kernel_timespec retry = {0, 20000000};
  for (int all_copied = 1;;) {
    siginfo_t info;
    signal_set all = held();
    long signal = system_call(SYS_rt_sigtimedwait, (long)&all, (long)&info, all_copied ? 0 : (long)&retry, (long)set_size, 0);
    if (observed->reports != NULL && (signal == SIGIO || !all_copied)) all_copied = copy_early_reports(observed);
    int status = 0;
    if (signal == SIGCHLD || signal < 0) {
      if (system_call(SYS_wait4, child, (long)&status, WNOHANG, 0, 0) == child) return status;
    } else if (signal > 0 && info.si_code != SI_KERNEL) {
      system_call(SYS_kill, child, signal, 0, 0, 0);
    }
  }
}

static __attribute__((noreturn)) void end_as(int status) {
  if ((status & 0x7f) == 0) leave(status >> 8 & 0xff);
  int signal = status & 0x7f;
  struct disposition usual = {0};
  set_disposition(signal, &usual, NULL);
  set_mask(~one(signal), NULL);
  system_call(SYS_kill, system_call(SYS_getpid, 0, 0, 0, 0, 0), signal, 0, 0, 0);
  leave(128 + signal);
}

static int code_of(int status) { return (status & 0x7f) == 0 ? status >> 8 & 0xff : 128 + (status & 0x7f); }

void observe(const struct command *command, struct start *start) {
  start->spool = NULL;
  start->report_fd = -1;
  if (!is_observed(command, start)) return;
  struct observed observed = {.spool = find_spool(start->env),
                              .verb = command->verb,
                              .id = id_in(command),
                              .root = command->root,
                              .began = now_in_microseconds()};
  static struct reports reports = {.receiver = -1, .sender = -1};
  if (makes_container(command)) open_reports(&reports);
  if (reports.receiver >= 0) observed.reports = &reports;
  struct disposition before, usual = {0};
  signal_set mask = 0;
  long parent = system_call(SYS_getpid, 0, 0, 0, 0, 0);
  set_mask(held(), &mask);
  set_disposition(SIGCHLD, &usual, &before);
  long child = fork_child();
  if (child <= 0) {
    set_disposition(SIGCHLD, &before, NULL);
    set_mask(mask, NULL);
    if (child < 0) return;
    die_with_parent(parent);
    keep_listen_pid(start, parent);
    start->spool = observed.spool;
    start->report_fd = reports.sender;
    return;
  }
  close_sender(&reports);
  observed.pid = child;
  int status = wait_for(child, &observed);
  observed.code = code_of(status);
  write_record(&observed);
  end_as(status);
}
