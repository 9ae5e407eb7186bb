#include "config.h"

#include "system.h"

enum { MOST_CONFIG = 16384 };

static const char *skip_blanks(const char *at) {
  while (*at == ' ' || *at == '\t' || *at == '\r') at++;
  return at;
}

static int is_end(const char *at) {
  at = skip_blanks(at);
  return *at == 0 || *at == '\n' || *at == '#';
}

// `"value"` or 'value' with nothing behind it, into `value`; 0 where it is anything else.
static int read_value(const char *at, struct path *value) {
  char quote = *at++;
  const char *start = at;
  if (quote != '"' && quote != '\'') return 0;
  while (*at != quote)
    if (*at == 0 || *at == '\n' || (quote == '"' && *at == '\\')) return 0;
    else at++;
  value->length = 0;
  append_bytes(value, start, (size_t)(at - start));
  return is_end(at + 1);
}

static int read_line(const char *at, struct config *config) {
  if (is_end(at)) return 1;
  at = skip_blanks(at);
  const char *rest = after(at, "runtime");
  struct path *value = &config->runtime;
  if (rest == NULL) {
    rest = after(at, "events");
    value = &config->events;
  }
  if (rest == NULL) return 0;
  rest = skip_blanks(rest);
  return *rest == '=' && read_value(skip_blanks(rest + 1), value);
}

// `length` bytes, a NUL behind them. One in between is no end.
static enum config_state read_lines(const char *text, size_t length, struct config *config) {
  for (const char *end = text + length;; text++) {
    if (!read_line(text, config)) return CONFIG_NOT_PLAIN;
    while (*text != 0 && *text != '\n') text++;
    if (*text == 0) return text == end ? CONFIG_READ : CONFIG_NOT_PLAIN;
  }
}

const struct config *read_config(void) {
  static struct config config;
  static char text[MOST_CONFIG];
  static int is_read;
  if (is_read++) return &config;
  long fd = open_file("/etc/wrun/config.toml", O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    config.state = fd == -ENOENT ? CONFIG_NONE : CONFIG_NOT_PLAIN;
    return &config;
  }
  long length = system_call(SYS_read, fd, (long)text, MOST_CONFIG - 1, 0, 0);
  system_call(SYS_close, fd, 0, 0, 0, 0);
  config.state = length < 0 || length == MOST_CONFIG - 1 ? CONFIG_NOT_PLAIN : read_lines(text, (size_t)length, &config);
  return &config;
}
