// /etc/wrun/config.toml, as far as the launcher reads it.
#include "world.h"

#include "../../../native/launcher/config.c"
#include "target.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const fuzz_words[] = {"runtime", "events", "=", "\"/usr/bin/crun\"", "'unix:///run/e.sock'", "# ", NULL};

long open_file(const char *path, int flags) { return (void)path, (void)flags, -ENOENT; }
long execute(const char *path, char *const argv[], char *const env[]) { return (void)path, (void)argv, (void)env, -ENOENT; }

static void check_value(const struct path *value) {
  CHECK(value->length <= MOST_PATH);
  for (const char *at = value->text; *at != 0; at++) CHECK(*at != '\n');
}

static void print_hex(const char *bytes, size_t length) {
  for (size_t i = 0; i < length; i++) printf("%02x", (unsigned char)bytes[i]);
  printf(" ");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  // As read_config() has it: a NUL behind it, and none of what was there before.
  char *text = malloc(size + 1);
  CHECK(text != NULL);
  memcpy(text, data, size);
  text[size] = 0;
  struct config config = {.state = CONFIG_NONE};
  config.state = read_lines(text, size, &config);
  CHECK(config.state == CONFIG_READ || config.state == CONFIG_NOT_PLAIN);
  check_value(&config.runtime);
  check_value(&config.events);
  // For the test that compares it with wrun's own parser.
  if (getenv("FUZZ_PRINT") != NULL && config.state == CONFIG_READ) {
    print_hex(text, size);
    print_hex(config.runtime.text, length_of(config.runtime.text));
    print_hex(config.events.text, length_of(config.events.text));
    printf("\n");
  }
  free(text);
  return 0;
}
