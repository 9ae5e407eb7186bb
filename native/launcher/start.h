// How the launcher was started, and what it starts.
#pragma once

struct start {
  char **argv;
  char **env;
  // The executable wrun beside the launcher.
  const char *executable;
};
