// A record of what a verb has done, in the spool of `wrun monitor` (shim/events/record.ts).
#pragma once

#include "text.h"

struct observed {
  const struct path *spool;
  const char *verb;
  // Of the verbs that name a container: it, and the root under which it is kept; else NULL.
  const char *id, *root;
  // The process that did it, and what it returned.
  long pid, code;
  // Microseconds since 1970.
  unsigned long began;
};

unsigned long now_in_microseconds(void);

// Writes it down. Nothing comes of a spool that cannot be written, or is full, but a count.
void write_record(const struct observed *observed);
