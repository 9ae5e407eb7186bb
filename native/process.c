// This process: its ids, environment, limits and end.
#define _GNU_SOURCE
#include "addon.h"

#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

NUMBER_CALL(process_exit) {
  int code = int_argument(call, 0);
  REQUIRE_ARGUMENTS(call);
  _exit(code);
}

NUMBER_CALL(process_getpid) {
  (void)call;
  return getpid();
}

NUMBER_CALL(process_getppid) {
  (void)call;
  return getppid();
}

NUMBER_CALL(process_getuid) {
  (void)call;
  return getuid();
}

NUMBER_CALL(process_getgid) {
  (void)call;
  return getgid();
}

NUMBER_CALL(process_geteuid) {
  (void)call;
  return geteuid();
}

// How many bytes the UTF-8 character at `text` has, 0 where it is none (RFC 3629: no surrogates, nothing
// overlong, nothing past U+10FFFF). A NUL ends the text and every sequence.
static int character_length(const unsigned char *text) {
  unsigned char first = text[0], second = first < 0x80 ? 0 : text[1];
  if (first < 0x80) return 1;
  if (first < 0xc2 || first > 0xf4 || (second & 0xc0) != 0x80) return 0;
  if (first < 0xe0) return 2;
  if ((first == 0xe0 && second < 0xa0) || (first == 0xed && second > 0x9f)) return 0;
  if ((first == 0xf0 && second < 0x90) || (first == 0xf4 && second > 0x8f)) return 0;
  if ((text[2] & 0xc0) != 0x80) return 0;
  if (first < 0xf0) return 3;
  return (text[3] & 0xc0) == 0x80 ? 4 : 0;
}

static bool is_utf8(const char *text) {
  const unsigned char *at = (const unsigned char *)text;
  while (*at != 0) {
    int length = character_length(at);
    if (length == 0) return false;
    at += length;
  }
  return true;
}

static napi_value process_environ(napi_env env, napi_callback_info info) {
  (void)info;
  napi_value array = NULL;
  napi_create_array(env, &array);
  uint32_t count = 0;
  for (char **entry = environ; entry != NULL && *entry != NULL; entry++) {
    if (!is_utf8(*entry)) continue;
    napi_value text = NULL;
    napi_create_string_utf8(env, *entry, NAPI_AUTO_LENGTH, &text);
    napi_set_element(env, array, count++, text);
  }
  return array;
}

NUMBER_CALL(process_cutEnviron) {
  int64_t count = integer_argument(call, 0);
  REQUIRE_ARGUMENTS(call);
  int64_t length = 0;
  while (environ != NULL && environ[length] != NULL) length++;
  if (count < 0 || count > length) return -EINVAL;
  if (count > 0) environ[length - count] = NULL;
  return 0;
}

NUMBER_CALL(process_chdir) {
  struct path path;
  path_argument(call, 0, &path);
  REQUIRE_ARGUMENTS(call);
  return path.error ? path.error : result_of(chdir(path.text));
}

NUMBER_CALL(process_umask) {
  int mask = int_argument(call, 0);
  REQUIRE_ARGUMENTS(call);
  return umask((mode_t)mask);
}

// A JavaScript number is exact up to here; what a limit would be beyond it makes no difference.
static const rlim_t most_exact = (rlim_t)1 << 53;

static int64_t from_limit(rlim_t limit) {
  if (limit == RLIM_INFINITY) return -1;
  return (int64_t)(limit > most_exact ? most_exact : limit);
}

static rlim_t to_limit(int64_t limit) { return limit < 0 ? RLIM_INFINITY : (rlim_t)limit; }

static napi_value process_getrlimit(napi_env env, napi_callback_info info) {
  struct call call;
  if (!begin_call(&call, env, info)) return NULL;
  int resource = int_argument(&call, 0);
  if (call.wrong) return finish_call(&call, 0);
  struct rlimit limit = {0, 0};
  int64_t error = result_of(getrlimit(resource, &limit));
  return finish_pair(&call, error, from_limit(limit.rlim_cur), from_limit(limit.rlim_max));
}

NUMBER_CALL(process_setrlimit) {
  int resource = int_argument(call, 0);
  int64_t soft = integer_argument(call, 1), hard = integer_argument(call, 2);
  REQUIRE_ARGUMENTS(call);
  struct rlimit limit = {to_limit(soft), to_limit(hard)};
  return result_of(setrlimit(resource, &limit));
}

NUMBER_CALL(process_prctl) {
  int option = int_argument(call, 0);
  int64_t argument = integer_argument(call, 1);
  REQUIRE_ARGUMENTS(call);
  return result_of(prctl(option, (unsigned long)argument, 0UL, 0UL, 0UL));
}

const struct entry process_calls[] = {
    {"exit", process_exit},
    {"getpid", process_getpid},
    {"getppid", process_getppid},
    {"getuid", process_getuid},
    {"getgid", process_getgid},
    {"geteuid", process_geteuid},
    {"environ", process_environ},
    {"cutEnviron", process_cutEnviron},
    {"chdir", process_chdir},
    {"umask", process_umask},
    {"getrlimit", process_getrlimit},
    {"setrlimit", process_setrlimit},
    {"prctl", process_prctl},
    {NULL, NULL},
};
