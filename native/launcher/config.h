// What an administrator has set in /etc/wrun/config.toml (shim/kernel/config-file.ts).
#pragma once

#include "text.h"

enum config_state { CONFIG_NONE, CONFIG_READ, CONFIG_NOT_PLAIN };

struct config {
  // NOT_PLAIN where there is something in it that wrun will have to report.
  enum config_state state;
  // Empty where they are not set.
  struct path runtime, events;
};

const struct config *read_config(void);
