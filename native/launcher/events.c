#include "events.h"

#include "config.h"
#include "forward.h"
#include "system.h"

enum { MOST_ADDRESS = 100 };

static const char *const making[] = {"create", "run", "exec", NULL};
static const char *const living[] = {"start", "delete", "pause", "resume", NULL};

// Whoever can write in the spool could have files read and written for them (shim/events/spool.ts). It may be still to be made.
int is_ours_alone(const struct path *spool) {
  struct statx stat;
  long result = system_call(SYS_statx, AT_FDCWD, (long)spool->text, AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS, (long)&stat);
  if (result < 0) return result == -ENOENT;
  return (stat.stx_mode & S_IFMT) == S_IFDIR && (stat.stx_mode & 022) == 0 &&
         stat.stx_uid == (unsigned)system_call(SYS_geteuid, 0, 0, 0, 0, 0);
}

const struct path *find_spool(char *const env[]) {
  static struct path spool;
  const char *address = value_in(env, "WRUN_EVENTS=");
  if (address == NULL) address = read_config()->events.text;
  const char *path = after(address, "unix://");
  size_t length = path == NULL ? 0 : length_of(path);
  if (length < 2 || length > MOST_ADDRESS || path[0] != '/' || path[length - 1] == '/') return NULL;
  spool.length = 0;
  append(&spool, path);
  append(&spool, "@spool");
  return is_ours_alone(&spool) ? &spool : NULL;
}

static int says(char *const words[], const char *sandbox) {
  for (; *words != NULL; words++) {
    const char *value = after(*words, "--sandbox=");
    if (same(*words, sandbox) || (value != NULL && same(value, sandbox))) return 1;
  }
  return 0;
}

static int is_for_kernel(char *const words[]) {
  if (says(words, "embedded")) return 0;
  return system_call(SYS_geteuid, 0, 0, 0, 0, 0) == 0 || says(words, "kernel");
}

int makes_container(const struct command *command) { return same(command->verb, "create") || same(command->verb, "run"); }

int is_observed(const struct command *command, const struct start *start) {
  if (command->verb == NULL || find_spool(start->env) == NULL || !is_for_kernel(start->argv)) return 0;
  if (is_one_of(command->verb, making)) return 1;
  return is_one_of(command->verb, living) && id_in(command) != NULL && !is_embedded(command);
}
