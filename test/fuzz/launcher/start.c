// A command line, a word a line, then \f, and an environment, an entry a line.
#include "world.h"

#include "../../../native/launcher/forward.c"
#include "../../../native/launcher/observe.c"
#include "../../../native/launcher/tuning.c"
#include "target.h"

#include "../../../native/launcher/events.h"
#include "../../../native/launcher/hold.h"
#include "../../../native/launcher/shim.h"

void *malloc(size_t);
void *calloc(size_t, size_t);
void *realloc(void *, size_t);
void free(void *);

const char *const fuzz_words[] = {"--root",       "--root=/r",       "--log",         "/l",
                                  "--log-format", "json",            "--systemd-cgroup", "--sandbox=kernel",
                                  "embedded",     "start",           "delete",        "--force",
                                  "create",       "run",             "exec",          "PATH=/bin:/usr/bin",
                                  "WRUN_EVENTS=", "unix:///run/e.s", "LISTEN_PID=77", "WRUN_RUNTIME=crun",
                                  "BUN_JSC_",     "wrun:",           NULL};

static int executions;

long open_file(const char *path, int flags) { return (void)path, (void)flags, -ENOENT; }

// What the executable would be given is read to its last byte.
long execute(const char *path, char *const argv[], char *const env[]) {
  CHECK(length_of(path) < MOST_PATH);
  for (; *argv != NULL; argv++) length_of(*argv);
  for (; *env != NULL; env++) length_of(*env);
  executions++;
  return -ENOENT;
}

struct words {
  char **list;
  size_t count;
};

static struct words words_of(const char *text, size_t length) {
  const uint8_t *data = (const uint8_t *)text;
  struct words words = {calloc(1, sizeof(char *)), 0};
  size_t word_length;
  if (length == 0) return words;
  for (char *word; (word = next_part(&data, &length, '\n', &word_length)) != NULL;) {
    words.list = realloc(words.list, (words.count + 2) * sizeof(char *));
    words.list[words.count++] = word;
    words.list[words.count] = NULL;
  }
  return words;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  size_t length = 0;
  char *first = next_part(&data, &size, '\f', &length);
  struct words argv = words_of(first, length);
  char *second = next_part(&data, &size, '\f', &length);
  struct words env = words_of(second == NULL ? "" : second, second == NULL ? 0 : length);
  // As the launcher changes what it passes on.
  char **all = calloc(argv.count + env.count + 1, sizeof(char *));
  for (size_t i = 0; i < argv.count + env.count; i++) all[i] = i < argv.count ? argv.list[i] : env.list[i - argv.count];

  struct start start = {.argv = argv.list, .env = env.list, .executable = "/nowhere/wrun"};
  struct command command = read_command(start.argv);
  CHECK(command.verb == NULL || command.rest <= start.argv + argv.count);
  const char *id = command.verb == NULL ? NULL : id_in(&command);
  CHECK(id == NULL || *id != '-');
  start.spool = find_spool(start.env);
  CHECK(start.spool == NULL || start.spool->text[0] == '/');
  is_observed(&command, &start);
  is_forwarded(&command);
  for (size_t i = 0; i < argv.count; i++) is_loader(argv.list[i]), is_shim(argv.list[i]);
  keep_listen_pid(&start, 77);
  executions = 0;
  start_tuned(&start, verb_tuning, 1);
  CHECK(executions == 1);
  if (argv.count > 0) forward(&command, &start);

  for (size_t i = 0; i < argv.count + env.count; i++) free(all[i]);
  free(all);
  free(argv.list);
  free(env.list);
  free(first);
  free(second);
  return 0;
}
