// A record of what a verb has done, in the spool of `wrun monitor` (shim/events/record.ts).
#pragma once

#include "reports.h"
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
  // Of the verbs that make a container: what its engine reports.
  struct reports *reports;
};

unsigned long now_in_microseconds(void);

// While `run` goes on: copies what the engine has reported to where the monitor reads it. 0 where the container's process is
// not known yet, and it must be asked again.
int copy_early_reports(const struct observed *observed);

// Writes it down. Nothing comes of a spool that cannot be written, or is full, but a count.
void write_record(const struct observed *observed);
