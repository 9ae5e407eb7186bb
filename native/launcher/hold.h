// The first step of a container's process: the engine's dynamic loader, with the signals held that end a guest.
#pragma once

// Whether the engine is to be started by its own loader, as oci/edits.ts has it.
int is_loader(const char *path);

// Becomes the loader; comes back only where that cannot be.
void start_loader(char *const argv[], char *const env[]);
