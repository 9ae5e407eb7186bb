#include "tuning.h"

#include <sys/resource.h>

#include "number.h"
#include "system.h"
#include "text.h"

const char *const engine_tuning[] = {ENGINE_TUNING, NULL};
const char *const verb_tuning[] = {VERB_TUNING, NULL};
_Static_assert(sizeof engine_tuning / sizeof *engine_tuning <= MOST_TUNING + 1, "no room in the environment");
_Static_assert(sizeof verb_tuning / sizeof *verb_tuning <= MOST_TUNING + 1, "no room in the environment");

// Whether `entry` sets the variable that `setting` sets.
static int sets(const char *entry, const char *setting) {
  while (*setting != '=' && *entry == *setting) entry++, setting++;
  return *entry == '=' && *setting == '=';
}

static int is_set(char *const env[], size_t count, const char *setting) {
  for (size_t i = 0; i < count; i++)
    if (sets(env[i], setting)) return 1;
  return 0;
}

// The executable's runtime does not start in a directory that has been removed, where crun and runc do.
static void leave_removed_directory(void) {
  if (system_call(SYS_getcwd, 0, 0, 0, 0, 0) == -ENOENT) system_call(SYS_chdir, (long)"/", 0, 0, 0, 0);
}

// `wrun:launcher=ENTRIES:OPEN-FILES` (oci/engine-env.ts).
static const char *mark(size_t entries) {
  static const char name[] = "wrun:launcher=";
  static char text[sizeof name + 2 * 24];
  struct rlimit open_files = {RLIM_INFINITY, RLIM_INFINITY};
  system_call(SYS_prlimit64, 0, RLIMIT_NOFILE, 0, (long)&open_files, 0);
  char *at = write_number(text + sizeof text - 1, open_files.rlim_cur);
  *--at = ':';
  at = write_number(at, entries);
  for (size_t i = sizeof name - 1; i > 0; i--) *--at = name[i - 1];
  return at;
}

// Bun opens three files before it runs anything, and asks in nine lines to have /etc/sysctl.conf changed where it cannot.
enum { MIN_OPEN_FILES = 6 };

static void check_open_files(void) {
  static const char text[] = "wrun: fewer than 6 open files are allowed: raise the limit (ulimit -n)\n";
  struct rlimit open_files = {RLIM_INFINITY, RLIM_INFINITY};
  system_call(SYS_prlimit64, 0, RLIMIT_NOFILE, 0, (long)&open_files, 0);
  if (open_files.rlim_max >= MIN_OPEN_FILES) return;
  system_call(SYS_write, 2, (long)text, sizeof text - 1, 0, 0);
  leave(126);
}

void start_tuned(const struct start *start, const char *const tuning[], int marked) {
  static struct path observed;
  char digits[24] = {0};
  check_open_files();
  size_t count = 0;
  while (start->env[count] != NULL) count++;
  const char *env[count + MOST_TUNING + 3];
  for (size_t i = 0; i < count; i++) env[i] = start->env[i];
  size_t end = count;
  for (; *tuning != NULL; tuning++)
    if (!is_set(start->env, count, *tuning)) env[end++] = *tuning;
  if (marked && start->spool != NULL) {
    append(&observed, "wrun:events=");
    if (start->report_fd >= 0) append(&observed, write_number(digits + sizeof digits - 1, (unsigned long)start->report_fd));
    append(&observed, ":");
    append(&observed, start->spool->text);
    env[end++] = observed.text;
  }
  if (marked) {
    env[end] = mark(end - count + 1);
    end++;
  }
  env[end] = NULL;
  leave_removed_directory();
  execute(start->executable, start->argv, (char *const *)env);
}
