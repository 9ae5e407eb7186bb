#include "command.h"

#include "text.h"

static const char *const valued[] = {"root",     "log",  "log-format", "log-level",    "cgroup-manager",
                                     "rootless", "criu", "sandbox",    "runtime-path", NULL};

// A flag as its name and its value, which may be the next word; `next` is the word after both. runc takes one dash
// for two.
struct flag {
  int dashes;
  struct path name;
  const char *value;
  char *const *next;
};

static void read_flag(char *const *words, struct flag *flag) {
  const char *word = *words;
  for (flag->dashes = 0; *word == '-'; word++) flag->dashes++;
  size_t end = 0;
  while (word[end] != 0 && word[end] != '=') end++;
  flag->name.length = 0;
  append_bytes(&flag->name, word, end);
  flag->value = word[end] == '=' ? word + end + 1 : NULL;
  flag->next = words + 1;
  if (flag->value == NULL && is_one_of(flag->name.text, valued) && words[1] != NULL) {
    flag->value = words[1];
    flag->next = words + 2;
  }
}

// Whether wrun would do nothing with a flag but pass it on.
static int says_nothing(const struct flag *flag) {
  const char *name = flag->name.text, *value = flag->value;
  if (flag->dashes != 2) return 0;
  if (same(name, "systemd-cgroup")) return value == NULL;
  if (value == NULL) return 0;
  if (same(name, "root") || same(name, "log")) return value[0] == '/';
  if (same(name, "log-format")) return same(value, "text") || same(value, "json");
  return same(name, "cgroup-manager") || same(name, "rootless");
}

struct command read_command(char *const argv[]) {
  static struct flag flag;
  struct command command = {.verb = NULL, .rest = argv, .root = NULL, .plain = 1};
  char *const *words = argv[0] == NULL ? argv : argv + 1;
  for (; *words != NULL && (*words)[0] == '-'; words = flag.next) {
    read_flag(words, &flag);
    if (!says_nothing(&flag)) command.plain = 0;
    if (same(flag.name.text, "root")) command.root = flag.value;
  }
  if (*words == NULL) return command;
  command.verb = *words;
  command.rest = words + 1;
  return command;
}
