// /etc/wrun/config.toml, as far as the launcher reads it.
#include "world.h"

#include "../../../native/launcher/config.c"
#include "target.h"

void free(void *);

const char *const fuzz_words[] = {"runtime", "events", "=", "\"/usr/bin/crun\"", "'unix:///run/e.sock'", "# ", NULL};

long open_file(const char *path, int flags) { return (void)path, (void)flags, -ENOENT; }
long execute(const char *path, char *const argv[], char *const env[]) { return (void)path, (void)argv, (void)env, -ENOENT; }

static void check_value(const struct path *value) {
  CHECK(value->length <= MOST_PATH);
  for (const char *at = value->text; *at != 0; at++) CHECK(*at != '\n');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  size_t length;
  char *text = next_part(&data, &size, 0, &length);
  struct config config = {.state = CONFIG_NONE};
  config.state = read_lines(text, &config);
  CHECK(config.state == CONFIG_READ || config.state == CONFIG_NOT_PLAIN);
  check_value(&config.runtime);
  check_value(&config.events);
  free(text);
  return 0;
}
