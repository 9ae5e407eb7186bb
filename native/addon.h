// What every file of the addon shares: reading the arguments of a call, checking them, answering.
#pragma once

#include <errno.h>
#include <limits.h>
#include <node_api.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MAX_ARGUMENTS = 8 };

// One call from JavaScript. `wrong` is set by the first argument of a wrong type: a bug of the caller's,
// which becomes a TypeError.
struct call {
  napi_env env;
  napi_value arguments[MAX_ARGUMENTS];
  bool wrong;
};

// A buffer of the caller's. It may be a wasm memory, which has up to 4 GiB and may be shared.
struct bytes {
  uint8_t *data;
  size_t length;
};

// A path as the kernel takes it; `error` is -EINVAL (a NUL inside), -ENAMETOOLONG, or 0. The room past
// PATH_MAX is for one character more than fits: how a path that was cut is told from one that fits.
struct path {
  int error;
  char text[PATH_MAX + 8];
};

// One function of the addon.
struct entry {
  const char *name;
  napi_callback call;
};


extern const struct entry file_calls[], vector_calls[], path_calls[], time_calls[], socket_calls[],
    process_calls[], signal_calls[], program_calls[], child_calls[], watch_calls[],
    mount_calls[];

bool begin_call(struct call *call, napi_env env, napi_callback_info info);
napi_value finish_call(struct call *call, int64_t result);
napi_value finish_pair(struct call *call, int64_t error, int64_t first, int64_t second);

int int_argument(struct call *call, int index);
int64_t integer_argument(struct call *call, int index);
int64_t bigint_argument(struct call *call, int index);
bool bool_argument(struct call *call, int index);
struct bytes buffer_argument(struct call *call, int index);
struct bytes array_argument(struct call *call, int index, napi_typedarray_type type);
void path_argument(struct call *call, int index, struct path *path);
int strings_argument(struct call *call, napi_value array, char ***strings);
void free_strings(char **strings);
int string_value(struct call *call, napi_value value, char **string);

// Whether all of `length` bytes at `offset` lie in `bytes`.
static inline bool lies_inside(struct bytes bytes, int64_t offset, int64_t length) {
  if (offset < 0 || length < 0) return false;
  return (uint64_t)offset <= bytes.length && (uint64_t)length <= bytes.length - (uint64_t)offset;
}

// The convention of the kernel's own interface: -errno instead of -1.
static inline int64_t result_of(int64_t returned) { return returned < 0 ? -errno : returned; }

// Makes the system call again where a signal has interrupted it.
#define RETRY(expression)                                                                                    \
  ({                                                                                                         \
    int64_t returned_;                                                                                       \
    do returned_ = (expression);                                                                             \
    while (returned_ < 0 && errno == EINTR);                                                                 \
    result_of(returned_);                                                                                    \
  })

// Defines a function whose body reads its arguments out of `call` and returns a result or -errno.
#define NUMBER_CALL(name)                                                                                    \
  static inline int64_t name##_body(struct call *call);                                                      \
  static napi_value name(napi_env env, napi_callback_info info) {                                            \
    struct call call;                                                                                        \
    if (!begin_call(&call, env, info)) return NULL;                                                          \
    return finish_call(&call, name##_body(&call));                                                           \
  }                                                                                                          \
  static inline int64_t name##_body(struct call *call)

// Ends the body before its first effect where an argument was of a wrong type.
#define REQUIRE_ARGUMENTS(call)                                                                              \
  do {                                                                                                       \
    if ((call)->wrong) return 0;                                                                             \
  } while (0)
