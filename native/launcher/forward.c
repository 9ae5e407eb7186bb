// Most of what an engine asks of its runtime is passed on as it came (shim/kernel/). For these verbs wrun decides
// nothing but which runtime that is, so the launcher becomes it, and spares the caller a start of the executable.
// It decides as choose.ts and low-level-runtime.ts do, for the plain case alone: whatever is not plain goes to wrun.
#include "forward.h"

#include "config.h"
#include "system.h"
#include "text.h"

// Verbs of a container that may have been made in the embedded sandbox.
static const char *const living[] = {"start", "state", "kill", "delete", NULL};
static const char *const living_flags[] = {"--all", "-a", "--force", "-f", NULL};

// Verbs that the low-level runtime alone has.
static const char *const forwarded[] = {"ps", "pause", "resume", "update", "events", NULL};

// What may stand after the verb and is wrun's to read.
static const char *const read_by_wrun[] = {"sandbox", "runtime-path", "log", "debug", NULL};

static int is_wruns(const char *word) {
  if (word[0] != '-') return 0;
  while (*word == '-') word++;
  for (size_t i = 0; read_by_wrun[i] != NULL; i++)
    if (after(word, read_by_wrun[i]) != NULL) return 1;
  return 0;
}

static int has_words_of_wrun(char *const *words) {
  for (; *words != NULL; words++)
    if (is_wruns(*words)) return 1;
  return 0;
}

const char *id_in(const struct command *command) {
  const char *id = NULL;
  if (!is_one_of(command->verb, living) && !is_one_of(command->verb, forwarded)) return NULL;
  for (char *const *words = command->rest; *words != NULL; words++) {
    if ((*words)[0] != '-') {
      if (id == NULL) id = *words;
    } else if (!is_one_of(*words, living_flags)) {
      return NULL;
    }
  }
  return id;
}

static int is_in_folder(const char *root, const char *id, const char *name) {
  struct path path = {.length = 0};
  append(&path, root);
  append(&path, "/");
  append(&path, id);
  append(&path, name);
  return exists(path.text);
}

// Given the same folder, runc has a state.json there as well, and crun a status: none has both.
static int is_kept_in(const char *folder, const char *id) {
  return is_in_folder(folder, id, "/state.json") && is_in_folder(folder, id, "/status");
}

// Beneath --root embedded containers have a folder of their own, and had none before (shim/sandbox/state-root.ts).
static int is_embedded_id(const char *root, const char *id) {
  if (root == NULL) return is_kept_in("/run/wrun", id);
  struct path own = {.length = 0};
  append(&own, root);
  append(&own, "/.wrun");
  return is_kept_in(own.text, id) || is_kept_in(root, id);
}

int is_embedded(const struct command *command) {
  const char *id = id_in(command);
  return id != NULL && is_embedded_id(command->root, id);
}

// Which word is the id is not plain for every verb: any that names an embedded container is left to wrun.
static int names_embedded(const struct command *command) {
  for (char *const *words = command->rest; *words != NULL; words++)
    if ((*words)[0] != '-' && is_embedded_id(command->root, *words)) return 1;
  return 0;
}

static int is_forwarded(const struct command *command) {
  if (command->verb == NULL || !command->plain) return 0;
  if (is_one_of(command->verb, forwarded)) return !has_words_of_wrun(command->rest) && !names_embedded(command);
  if (!is_one_of(command->verb, living)) return 0;
  return id_in(command) != NULL && !is_embedded(command);
}

// Whether nobody has named a low-level runtime but the config file, plainly, and root asks: others get the embedded sandbox.
static int is_left_to_us(char *const env[]) {
  return system_call(SYS_geteuid, 0, 0, 0, 0, 0) == 0 && value_in(env, "WRUN_RUNTIME=") == NULL &&
         read_config()->state != CONFIG_NOT_PLAIN;
}

static int is_same_file(const struct statx *a, const struct statx *b) {
  return a->stx_ino == b->stx_ino && a->stx_dev_major == b->stx_dev_major && a->stx_dev_minor == b->stx_dev_minor;
}

// wrun may itself be linked to one of the names that are looked for.
static int is_wrun(const struct statx *found, const char *executable) {
  struct statx own;
  return (stat_file("/proc/self/exe", &own) == 0 && is_same_file(found, &own)) ||
         (stat_file(executable, &own) == 0 && is_same_file(found, &own));
}

static int is_program(const char *path, const char *executable) {
  struct statx found;
  return stat_file(path, &found) == 0 && (found.stx_mode & 0170000) == 0100000 && (found.stx_mode & 0111) != 0 &&
         !is_wrun(&found, executable);
}

// The first program of that name on PATH, folders from the root alone.
static int find_on_path(struct path *found, const char *folders, const char *name, const char *executable) {
  for (const char *end = folders; *folders != 0; folders = *end == 0 ? end : end + 1) {
    for (end = folders; *end != 0 && *end != ':';) end++;
    if (*folders != '/') continue;
    found->length = 0;
    append_bytes(found, folders, (size_t)(end - folders));
    append(found, "/");
    append(found, name);
    if (is_program(found->text, executable)) return 1;
  }
  return 0;
}

// The one that the config file names, or the first on PATH.
static int find_runtime(struct path *found, const struct start *start) {
  const struct path *named = &read_config()->runtime;
  const char *folders = value_in(start->env, "PATH=");
  if (named->length > 0) {
    *found->text = 0;
    found->length = 0;
    append(found, named->text);
    return named->text[0] == '/' && is_program(named->text, start->executable);
  }
  return folders != NULL && (find_on_path(found, folders, "crun", start->executable) ||
                             find_on_path(found, folders, "runc", start->executable));
}

void forward(const struct command *command, const struct start *start) {
  static struct path runtime;
  if (!is_forwarded(command) || !is_left_to_us(start->env) || !find_runtime(&runtime, start)) return;
  start->argv[0] = runtime.text;
  execute(runtime.text, start->argv, start->env);
}
