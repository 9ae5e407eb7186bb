#pragma once

#include "start.h"

// Whether the launcher was called by the name of containerd's shim.
int is_shim(const char *name);

// Becomes the shim, for a verb that ends. `start` leaves the shim behind: this process ends as soon as that one says so.
void start_shim(const struct start *start);
