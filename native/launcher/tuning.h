#pragma once

#include "start.h"

// What JavaScriptCore reads from the environment before any code of ours could say it (oci/engine-env.ts).
extern const char *const engine_tuning[];
extern const char *const verb_tuning[];

enum { MOST_TUNING = 8 };

// Ends the process with a message where fewer files may be open than the executable needs to start. `held` are open
// beside the standard streams.
void check_open_files(unsigned held);

// Becomes the executable, told `tuning`, of which the caller may have set some himself: that stays. `marked` tells it
// how many entries at the end of its environment are not the caller's. It returns where the executable cannot be started.
void start_tuned(const struct start *start, const char *const tuning[], int marked);
