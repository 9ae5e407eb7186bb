// The addon's table of functions, and how arguments come in and results go out.
#include "addon.h"

#include <stdlib.h>
#include <string.h>

bool begin_call(struct call *call, napi_env env, napi_callback_info info) {
  size_t count = MAX_ARGUMENTS;
  call->env = env;
  call->wrong = false;
  return napi_get_cb_info(env, info, &count, call->arguments, NULL, NULL) == napi_ok;
}

static napi_value throw_type_error(struct call *call) {
  napi_throw_type_error(call->env, NULL, "wrun.node: an argument is of a wrong type");
  return NULL;
}

napi_value finish_call(struct call *call, int64_t result) {
  if (call->wrong) return throw_type_error(call);
  napi_value value = NULL;
  if (result >= INT32_MIN && result <= INT32_MAX)
    napi_create_int32(call->env, (int32_t)result, &value);
  else
    napi_create_double(call->env, (double)result, &value);
  return value;
}

// [first, second], or the -errno that `error` is.
napi_value finish_pair(struct call *call, int64_t error, int64_t first, int64_t second) {
  if (call->wrong || error < 0) return finish_call(call, error);
  napi_value pair = NULL;
  napi_create_array_with_length(call->env, 2, &pair);
  napi_set_element(call->env, pair, 0, finish_call(call, first));
  napi_set_element(call->env, pair, 1, finish_call(call, second));
  return pair;
}

static const int64_t most_exact = INT64_C(1) << 53;

// A whole number: NaN and fractions are bugs of the caller's, and must not pass for descriptor 0.
int64_t integer_argument(struct call *call, int index) {
  double number = 0;
  if (napi_get_value_double(call->env, call->arguments[index], &number) != napi_ok) call->wrong = true;
  if (number >= -(double)most_exact && number <= (double)most_exact && number == (double)(int64_t)number)
    return (int64_t)number;
  call->wrong = true;
  return 0;
}

// 32 bits, signed or not: descriptors, flags, modes.
int int_argument(struct call *call, int index) {
  int64_t value = integer_argument(call, index);
  if (value < INT32_MIN || value > UINT32_MAX) call->wrong = true;
  return (int)(uint32_t)value;
}

// Modulo 2^64, as BigInt.asIntN(64, n): wasm hands its u64 over as signed.
int64_t bigint_argument(struct call *call, int index) {
  int64_t value = 0;
  bool lossless;
  napi_status status = napi_get_value_bigint_int64(call->env, call->arguments[index], &value, &lossless);
  if (status != napi_ok) call->wrong = true;
  return value;
}

bool bool_argument(struct call *call, int index) {
  bool value = false;
  if (napi_get_value_bool(call->env, call->arguments[index], &value) != napi_ok) call->wrong = true;
  return value;
}

// An empty buffer may have no address; the kernel wants one, even for zero bytes.
static uint8_t nothing[1];

struct bytes buffer_argument(struct call *call, int index) {
  void *data = NULL;
  size_t length = 0;
  napi_status status = napi_get_arraybuffer_info(call->env, call->arguments[index], &data, &length);
  if (status != napi_ok) call->wrong = true;
  return data == NULL ? (struct bytes){nothing, 0} : (struct bytes){data, length};
}

// The bytes of a typed array of exactly this type, whose elements have 4 or 8 bytes.
struct bytes array_argument(struct call *call, int index, napi_typedarray_type wanted) {
  void *data = NULL;
  size_t length = 0;
  napi_typedarray_type type;
  napi_status status =
      napi_get_typedarray_info(call->env, call->arguments[index], &type, &length, &data, NULL, NULL);
  if (status != napi_ok || type != wanted || data == NULL) {
    call->wrong = true;
    return (struct bytes){nothing, 0};
  }
  return (struct bytes){data, length * (wanted == napi_int32_array ? 4 : 8)};
}

void path_argument(struct call *call, int index, struct path *path) {
  size_t length = 0;
  napi_status status =
      napi_get_value_string_utf8(call->env, call->arguments[index], path->text, sizeof path->text, &length);
  if (status != napi_ok) call->wrong = true;
  path->error = 0;
  if (length >= PATH_MAX)
    path->error = -ENAMETOOLONG;
  else if (memchr(path->text, 0, length) != NULL)
    path->error = -EINVAL;
}

// A copy of a string, to be freed; -EINVAL where a NUL is inside.
int string_value(struct call *call, napi_value value, char **string) {
  size_t length = 0;
  if (napi_get_value_string_utf8(call->env, value, NULL, 0, &length) != napi_ok) {
    call->wrong = true;
    return -EINVAL;
  }
  char *text = malloc(length + 1);
  if (text == NULL) return -ENOMEM;
  napi_get_value_string_utf8(call->env, value, text, length + 1, &length);
  if (memchr(text, 0, length) != NULL) {
    free(text);
    return -EINVAL;
  }
  *string = text;
  return 0;
}

// A copy of the bytes of a Uint8Array, for what is no UTF-8.
static int bytes_value(struct call *call, napi_value value, char **string) {
  napi_typedarray_type type;
  size_t length = 0;
  void *data = NULL;
  napi_status status = napi_get_typedarray_info(call->env, value, &type, &length, &data, NULL, NULL);
  if (status != napi_ok || type != napi_uint8_array) {
    call->wrong = true;
    return -EINVAL;
  }
  if (length > 0 && memchr(data, 0, length) != NULL) return -EINVAL;
  *string = calloc(length + 1, 1);
  if (*string == NULL) return -ENOMEM;
  if (length > 0) memcpy(*string, data, length);
  return 0;
}

// Copies of an array's strings (or Uint8Arrays), ended by NULL, for free_strings(); 0 or -errno.
int strings_argument(struct call *call, napi_value array, char ***strings) {
  uint32_t count = 0;
  if (napi_get_array_length(call->env, array, &count) != napi_ok) {
    call->wrong = true;
    return -EINVAL;
  }
  char **copies = calloc((size_t)count + 1, sizeof *copies);
  if (copies == NULL) return -ENOMEM;
  for (uint32_t i = 0; i < count; i++) {
    napi_value element = NULL;
    napi_get_element(call->env, array, i, &element);
    bool is_bytes = false;
    napi_is_typedarray(call->env, element, &is_bytes);
    int error = (is_bytes ? bytes_value : string_value)(call, element, &copies[i]);
    if (error < 0) {
      free_strings(copies);
      return error;
    }
  }
  *strings = copies;
  return 0;
}

void free_strings(char **strings) {
  if (strings == NULL) return;
  for (char **string = strings; *string != NULL; string++) free(*string);
  free(strings);
}

enum { MOST_CALLS = 128 };

NAPI_MODULE_INIT() {
  const struct entry *const tables[] = {file_calls,    vector_calls, path_calls,    time_calls,  socket_calls,
                                        process_calls, signal_calls, program_calls, child_calls, watch_calls,
                                        mount_calls};
  napi_property_descriptor properties[MOST_CALLS];
  size_t count = 0;
  for (size_t t = 0; t < sizeof tables / sizeof *tables; t++) {
    for (const struct entry *entry = tables[t]; entry->name != NULL && count < MOST_CALLS; entry++) {
      properties[count++] = (napi_property_descriptor){
          .utf8name = entry->name, .method = entry->call, .attributes = napi_enumerable};
    }
  }
  napi_define_properties(env, exports, count, properties);
  return exports;
}
