// Starting a program beside us (spawn) and becoming one (execve).
#define _GNU_SOURCE
#include "addon.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

// Without this the program would live with SIGPIPE and SIGXFSZ ignored, as Bun does; the rest of what Bun
// handles becomes the default by execve itself.
static void restore_ignored_signals(void) {
  signal(SIGPIPE, SIG_DFL);
  signal(SIGXFSZ, SIG_DFL);
}

static bool is_undefined(struct call *call, napi_value value) {
  napi_valuetype type = napi_undefined;
  napi_typeof(call->env, value, &type);
  return type == napi_undefined;
}

NUMBER_CALL(program_execve) {
  struct path path;
  char **argv = NULL, **env = NULL;
  path_argument(call, 0, &path);
  int64_t result = path.error;
  if (result == 0) result = strings_argument(call, call->arguments[1], &argv);
  bool inherits = is_undefined(call, call->arguments[2]);
  if (result == 0 && !inherits) result = strings_argument(call, call->arguments[2], &env);
  if (result == 0 && !call->wrong) {
    restore_ignored_signals();
    result = result_of(execve(path.text, argv, inherits ? environ : env));
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
  }
  free_strings(argv);
  free_strings(env);
  return result;
}

// What native.ts's SpawnOptions says. `fds` are descriptors of ours, -1 for /dev/null.
struct program {
  char *path;
  char **argv;
  char **env;
  char *cwd;
  int *fds;
  uint32_t count;
  bool setsid;
  int64_t open_files; // the soft limit that the program gets; negative: ours
};

static napi_value property(struct call *call, const char *name) {
  napi_value value = NULL;
  if (napi_get_named_property(call->env, call->arguments[0], name, &value) != napi_ok) call->wrong = true;
  return value;
}

static int read_fds(struct call *call, struct program *program) {
  napi_value array = property(call, "fds");
  if (call->wrong || napi_get_array_length(call->env, array, &program->count) != napi_ok) {
    call->wrong = true;
    return -EINVAL;
  }
  program->fds = calloc((size_t)program->count + 1, sizeof *program->fds);
  if (program->fds == NULL) return -ENOMEM;
  for (uint32_t i = 0; i < program->count; i++) {
    napi_value element = NULL;
    napi_get_element(call->env, array, i, &element);
    if (napi_get_value_int32(call->env, element, &program->fds[i]) != napi_ok) call->wrong = true;
  }
  return 0;
}

static int read_flags(struct call *call, struct program *program) {
  napi_value cwd = property(call, "cwd"), setsid = property(call, "setsid");
  if (call->wrong) return -EINVAL;
  if (!is_undefined(call, setsid) && napi_get_value_bool(call->env, setsid, &program->setsid) != napi_ok)
    call->wrong = true;
  napi_value open_files = property(call, "openFiles");
  program->open_files = -1;
  if (!is_undefined(call, open_files) &&
      napi_get_value_int64(call->env, open_files, &program->open_files) != napi_ok)
    call->wrong = true;
  return is_undefined(call, cwd) ? 0 : string_value(call, cwd, &program->cwd);
}

static int read_program(struct call *call, struct program *program) {
  int error = string_value(call, property(call, "path"), &program->path);
  if (error == 0) error = strings_argument(call, property(call, "argv"), &program->argv);
  if (error == 0) error = strings_argument(call, property(call, "env"), &program->env);
  if (error == 0) error = read_fds(call, program);
  if (error == 0) error = read_flags(call, program);
  return error;
}

static void free_program(struct program *program) {
  free(program->path);
  free_strings(program->argv);
  free_strings(program->env);
  free(program->cwd);
  free(program->fds);
}

// Puts each descriptor above all the numbers that the child will use, so that no dup2 there overwrites one
// that a later dup2 needs.
static int lift_descriptors(struct program *program) {
  for (uint32_t i = 0; i < program->count; i++) {
    if (program->fds[i] < 0) continue;
    int lifted = fcntl(program->fds[i], F_DUPFD_CLOEXEC, (int)program->count);
    if (lifted < 0) {
      int error = -errno;
      for (uint32_t done = 0; done < i; done++)
        if (program->fds[done] >= 0) close(program->fds[done]);
      program->count = 0;
      return error;
    }
    program->fds[i] = lifted;
  }
  return 0;
}

static void drop_lifted(const struct program *program) {
  for (uint32_t i = 0; i < program->count; i++)
    if (program->fds[i] >= 0) close(program->fds[i]);
}

static int add_actions(posix_spawn_file_actions_t *actions, const struct program *program) {
  int error = 0;
  for (uint32_t i = 0; i < program->count && error == 0; i++) {
    error = program->fds[i] < 0
                ? posix_spawn_file_actions_addopen(actions, (int)i, "/dev/null", O_RDWR, 0)
                : posix_spawn_file_actions_adddup2(actions, program->fds[i], (int)i);
  }
  if (error == 0) error = posix_spawn_file_actions_addclosefrom_np(actions, (int)program->count);
  if (error == 0 && program->cwd != NULL) error = posix_spawn_file_actions_addchdir_np(actions, program->cwd);
  return error;
}

// All bits, and not sigfillset: that leaves out the two signals of glibc's own, which posix_spawn then sets to
// be ignored, and every program after it would inherit that.
static void set_attributes(posix_spawnattr_t *attributes, const struct program *program) {
  sigset_t all, none;
  memset(&all, 0xff, sizeof all);
  sigemptyset(&none);
  short session = program->setsid ? POSIX_SPAWN_SETSID : 0;
  posix_spawnattr_setsigdefault(attributes, &all);
  posix_spawnattr_setsigmask(attributes, &none);
  posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | session);
}

// posix_spawn cannot set a limit for the child alone: for as long as it takes, ours is the child's.
static int spawn_limited(pid_t *pid, const struct program *program, const posix_spawn_file_actions_t *actions,
                         const posix_spawnattr_t *attributes) {
  struct rlimit ours, theirs;
  bool limited = program->open_files >= 0 && getrlimit(RLIMIT_NOFILE, &ours) == 0;
  if (limited) {
    theirs = ours;
    if ((rlim_t)program->open_files < theirs.rlim_max) theirs.rlim_cur = (rlim_t)program->open_files;
    setrlimit(RLIMIT_NOFILE, &theirs);
  }
  int error = posix_spawn(pid, program->path, actions, attributes, program->argv, program->env);
  if (limited) setrlimit(RLIMIT_NOFILE, &ours);
  return error;
}

static int64_t start_program(const struct program *program) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  int error = posix_spawn_file_actions_init(&actions);
  if (error != 0) return -error;
  posix_spawnattr_init(&attributes);
  set_attributes(&attributes, program);
  error = add_actions(&actions, program);
  pid_t pid = -1;
  if (error == 0) error = spawn_limited(&pid, program, &actions, &attributes);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return error == 0 ? pid : -error;
}

NUMBER_CALL(program_spawn) {
  struct program program = {0};
  int64_t result = read_program(call, &program);
  if (result == 0 && !call->wrong) result = lift_descriptors(&program);
  if (result == 0 && !call->wrong) {
    result = start_program(&program);
    drop_lifted(&program);
  }
  free_program(&program);
  return result;
}

const struct entry program_calls[] = {
    {"execve", program_execve},
    {"spawn", program_spawn},
    {NULL, NULL},
};
