// What the engine of a container reports, received for `wrun monitor` (shim/events/spool.ts).
//
// The engine inherits one end of a socket and sends one report a message (oci/report.ts). It has no name in the container,
// and the kernel says which process sent each message: one that takes the descriptor out of the engine can neither report
// in its place nor fill a disk.
#pragma once

#include <stddef.h>

enum { MAX_REPORTS = 64 << 10 };

struct reports {
  // -1 where there is no socket.
  int receiver, sender;
  // Messages that came before the container's first process was known: its pid, their length, their text, each.
  size_t stashed;
  char stash[MAX_REPORTS];
  // The file that they are copied into, open and locked while more may come; -1.
  int file;
  size_t written;
  int foreign;
};

// Makes the socket. SIGIO says that a message has come. It leaves -1 where the kernel has no room for it.
void open_reports(struct reports *reports);

void close_sender(struct reports *reports);

// Takes what has been sent until now, without waiting. 0 once every sender has exited.
int receive_reports(struct reports *reports);

// Copies the reports of process `pid` to the file at `path`, which is made anew the first time; later calls go on with it.
void copy_reports(struct reports *reports, unsigned long pid, const char *path);

// Where a sender lives on, leaves a process behind that copies what it reports until it exits.
void follow_reports(struct reports *reports, unsigned long pid);
