// A command line of a low-level runtime, read as far as the launcher needs it.
#pragma once

struct command {
  // NULL where there is none.
  const char *verb;
  // The words after it.
  char *const *rest;
  // --root, or NULL.
  const char *root;
  // Every flag before the verb is one that says nothing to wrun itself.
  int plain;
};

struct command read_command(char *const argv[]);
