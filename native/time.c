// Clocks, randomness and waiting.
#define _GNU_SOURCE
#include "addon.h"

#include <endian.h>
#include <poll.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

enum { BILLION = 1000000000 };

static int64_t store_time(struct bytes memory, int64_t offset, const struct timespec *time) {
  uint64_t nanoseconds = htole64((uint64_t)time->tv_sec * BILLION + (uint64_t)time->tv_nsec);
  if (!lies_inside(memory, offset, sizeof nanoseconds)) return -EFAULT;
  memcpy(memory.data + offset, &nanoseconds, sizeof nanoseconds);
  return 0;
}

NUMBER_CALL(time_clock_time) {
  int id = int_argument(call, 0);
  struct bytes memory = buffer_argument(call, 1);
  int64_t offset = integer_argument(call, 2);
  REQUIRE_ARGUMENTS(call);
  struct timespec time;
  int64_t error = result_of(clock_gettime(id, &time));
  return error < 0 ? error : store_time(memory, offset, &time);
}

NUMBER_CALL(time_clock_res) {
  int id = int_argument(call, 0);
  struct bytes memory = buffer_argument(call, 1);
  int64_t offset = integer_argument(call, 2);
  REQUIRE_ARGUMENTS(call);
  struct timespec time;
  int64_t error = result_of(clock_getres(id, &time));
  return error < 0 ? error : store_time(memory, offset, &time);
}

NUMBER_CALL(time_getrandom) {
  struct bytes buffer = buffer_argument(call, 0);
  int64_t offset = integer_argument(call, 1), length = integer_argument(call, 2);
  REQUIRE_ARGUMENTS(call);
  if (!lies_inside(buffer, offset, length)) return -EFAULT;
  return RETRY(getrandom(buffer.data + offset, (size_t)length, 0));
}

NUMBER_CALL(time_sched_yield) {
  REQUIRE_ARGUMENTS(call);
  return result_of(sched_yield());
}

static struct timespec to_timespec(int64_t nanoseconds) {
  return (struct timespec){nanoseconds / BILLION, nanoseconds % BILLION};
}

static int64_t monotonic_now(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * (int64_t)BILLION + now.tv_nsec;
}

// ppoll until something happens or `timeout` nanoseconds have passed, however many signals come between.
static int64_t poll_for(struct pollfd *fds, nfds_t count, int64_t timeout) {
  if (timeout < 0) return RETRY(ppoll(fds, count, NULL, NULL));
  int64_t deadline, left = timeout;
  if (__builtin_add_overflow(timeout == 0 ? 0 : monotonic_now(), timeout, &deadline)) deadline = INT64_MAX;
  for (;;) {
    struct timespec time = to_timespec(left);
    int64_t result = result_of(ppoll(fds, count, &time, NULL));
    if (result != -EINTR) return result;
    left = timeout == 0 ? 0 : deadline - monotonic_now();
    if (left < 0) left = 0;
  }
}

// A caller's triple: fd, events, revents, 32 bits each.
enum { FEW_FDS = 32, TRIPLE = 3 };

static int64_t poll_triples(int32_t *triples, int64_t count, int64_t timeout) {
  struct pollfd few[FEW_FDS], *fds = few;
  if (count > FEW_FDS && (fds = malloc((size_t)count * sizeof *fds)) == NULL) return -ENOMEM;
  for (int64_t i = 0; i < count; i++)
    fds[i] = (struct pollfd){.fd = triples[i * TRIPLE], .events = (short)triples[i * TRIPLE + 1]};
  int64_t result = poll_for(fds, (nfds_t)count, timeout);
  for (int64_t i = 0; i < count; i++) triples[i * TRIPLE + 2] = fds[i].revents;
  if (fds != few) free(fds);
  return result;
}

NUMBER_CALL(time_poll) {
  struct bytes array = array_argument(call, 0, napi_int32_array);
  int64_t count = integer_argument(call, 1), timeout = bigint_argument(call, 2);
  REQUIRE_ARGUMENTS(call);
  if (count < 0 || (uint64_t)count > array.length / (TRIPLE * sizeof(int32_t))) return -EFAULT;
  return poll_triples((int32_t *)array.data, count, timeout);
}

// The time left is written to `time` where a relative sleep is interrupted; an absolute one is called again.
NUMBER_CALL(time_nanosleep) {
  int clock = int_argument(call, 0), flags = int_argument(call, 1);
  int64_t nanoseconds = bigint_argument(call, 2);
  REQUIRE_ARGUMENTS(call);
  struct timespec time = to_timespec(nanoseconds);
  int error;
  do error = clock_nanosleep(clock, flags, &time, &time);
  while (error == EINTR);
  return -error;
}

const struct entry time_calls[] = {
    {"clockTime", time_clock_time},
    {"clockRes", time_clock_res},
    {"getrandom", time_getrandom},
    {"schedYield", time_sched_yield},
    {"poll", time_poll},
    {"nanosleep", time_nanosleep},
    {NULL, NULL},
};
