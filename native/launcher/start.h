// How the launcher was started, and what it starts.
#pragma once

struct path;

struct start {
  char **argv;
  char **env;
  // The executable wrun beside the launcher.
  const char *executable;
  // Where the launcher that waits for us will write down what we have done; NULL where it does not.
  const struct path *spool;
  // The descriptor for the reports of the container's engine; -1 where the verb makes no container.
  int report_fd;
};
