// Waiting for many descriptors at once beside the event loop: one thread waits in epoll, and hands what is ready over
// to JavaScript. Bun has nothing that waits for a pidfd, a FIFO or an eventfd.
#define _GNU_SOURCE
#include "addon.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { MOST_READY = 64, STACK = 64 * 1024, FIRST_PATIENCE_MS = 20, MOST_PATIENCE_MS = 2000 };

// An epoll and whom its thread tells. Where the addon's caller is loaded anew in the same process (as test files are),
// it starts one of its own; nothing is watched by the earlier one any more, and its thread sleeps.
struct watcher {
  int epoll;
  napi_threadsafe_function hand_over;
  // What has been handed over and not been taken yet.
  atomic_int underway;
};

static struct watcher none = {.epoll = -1};
static struct watcher *current = &none;

// What one epoll_wait() found.
struct batch {
  int count;
  struct epoll_event ready[MOST_READY];
};

static void call_with(napi_env env, napi_value callback, const struct epoll_event *ready) {
  napi_value undefined, arguments[3];
  napi_get_undefined(env, &undefined);
  napi_create_int32(env, (int32_t)(ready->data.u64 & UINT32_MAX), &arguments[0]);
  napi_create_uint32(env, (uint32_t)(ready->data.u64 >> 32), &arguments[1]);
  napi_create_uint32(env, ready->events, &arguments[2]);
  napi_call_function(env, undefined, callback, 3, arguments, NULL);
}

static void deliver(napi_env env, napi_value callback, void *context, void *data) {
  struct watcher *watcher = context;
  struct batch *batch = data;
  atomic_fetch_sub(&watcher->underway, 1);
  if (batch == NULL) return;
  for (int i = 0; env != NULL && i < batch->count; i++) call_with(env, callback, &batch->ready[i]);
  free(batch);
}

static void hand_over(struct watcher *watcher, struct batch *batch) {
  atomic_fetch_add(&watcher->underway, 1);
  napi_call_threadsafe_function(watcher->hand_over, batch, napi_tsfn_blocking);
}

static int wait_in_epoll(const struct watcher *watcher, struct batch *batch, int patience) {
  do batch->count = epoll_wait(watcher->epoll, batch->ready, MOST_READY, patience);
  while (batch->count < 0 && errno == EINTR);
  if (batch->count < 0) abort();
  return batch->count;
}

// Bun forgets to wake its event loop where a call comes just as it has found the queue empty: the call stays there until
// the next one. So what is not taken in time is followed by a call that says nothing.
static void *wait_for_ready(void *argument) {
  struct watcher *watcher = argument;
  struct batch *batch = NULL;
  for (int patience = FIRST_PATIENCE_MS;;) {
    if (batch == NULL) batch = malloc(sizeof *batch);
    if (batch == NULL) abort();
    int is_taken = atomic_load(&watcher->underway) == 0;
    if (is_taken) patience = FIRST_PATIENCE_MS;
    if (wait_in_epoll(watcher, batch, is_taken ? -1 : patience) > 0) {
      hand_over(watcher, batch);
      batch = NULL;
    } else if (atomic_load(&watcher->underway) > 0) {
      hand_over(watcher, NULL);
      if (patience < MOST_PATIENCE_MS) patience *= 2;
    }
  }
  return NULL;
}

// The thread takes no signal: whose handler it is expects one of the runtime's own threads.
static int start_thread(struct watcher *watcher) {
  pthread_attr_t attributes;
  pthread_t thread;
  sigset_t all, before;
  sigfillset(&all);
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, STACK);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  int error = pthread_create(&thread, &attributes, wait_for_ready, watcher);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  pthread_attr_destroy(&attributes);
  return -error;
}

static napi_status make_hand_over(struct call *call, struct watcher *watcher) {
  napi_value name;
  napi_create_string_utf8(call->env, "wrun watch", NAPI_AUTO_LENGTH, &name);
  return napi_create_threadsafe_function(call->env, call->arguments[0], NULL, name, 0, 1, NULL, NULL, watcher,
                                         deliver, &watcher->hand_over);
}

NUMBER_CALL(watch_start) {
  napi_valuetype type = napi_undefined;
  napi_typeof(call->env, call->arguments[0], &type);
  if (type != napi_function) call->wrong = true;
  REQUIRE_ARGUMENTS(call);
  struct watcher *watcher = calloc(1, sizeof *watcher);
  if (watcher == NULL) return -ENOMEM;
  watcher->epoll = epoll_create1(EPOLL_CLOEXEC);
  if (watcher->epoll < 0) return -errno;
  if (make_hand_over(call, watcher) != napi_ok) return -ENOMEM;
  current = watcher;
  return start_thread(watcher);
}

// One answer, then silence until it is armed again: nothing is reported of a descriptor that nobody waits for.
NUMBER_CALL(watch_arm) {
  int fd = int_argument(call, 0);
  uint32_t ticket = (uint32_t)int_argument(call, 1), events = (uint32_t)int_argument(call, 2);
  REQUIRE_ARGUMENTS(call);
  struct epoll_event event = {.events = events | EPOLLONESHOT,
                              .data.u64 = (uint64_t)ticket << 32 | (uint32_t)fd};
  int64_t result = result_of(epoll_ctl(current->epoll, EPOLL_CTL_MOD, fd, &event));
  return result == -ENOENT ? result_of(epoll_ctl(current->epoll, EPOLL_CTL_ADD, fd, &event)) : result;
}

NUMBER_CALL(watch_forget) {
  int fd = int_argument(call, 0);
  REQUIRE_ARGUMENTS(call);
  return result_of(epoll_ctl(current->epoll, EPOLL_CTL_DEL, fd, NULL));
}

NUMBER_CALL(watch_eventfd) {
  REQUIRE_ARGUMENTS(call);
  return result_of(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
}

static int told[NSIG];

static void tell(int signal) {
  int saved = errno;
  uint64_t once = 1;
  (void)!write(told[signal], &once, sizeof once);
  errno = saved;
}

// From now on each `signal` adds one to the eventfd `fd`, and does nothing else.
NUMBER_CALL(watch_signal) {
  int signal = int_argument(call, 0), fd = int_argument(call, 1);
  REQUIRE_ARGUMENTS(call);
  if (signal <= 0 || signal >= NSIG) return -EINVAL;
  told[signal] = fd;
  struct sigaction action = {.sa_handler = tell, .sa_flags = SA_RESTART | SA_ONSTACK | SA_NOCLDSTOP};
  sigfillset(&action.sa_mask);
  return result_of(sigaction(signal, &action, NULL));
}

const struct entry watch_calls[] = {
    {"watchStart", watch_start},   {"watchArm", watch_arm},       {"watchForget", watch_forget},
    {"eventfd", watch_eventfd},    {"signalTo", watch_signal},    {NULL, NULL},
};
