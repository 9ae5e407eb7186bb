// Which calls are told to `wrun monitor`, and where they are written down.
#pragma once

#include "command.h"
#include "start.h"
#include "text.h"

// Whether a spool's folder is ours and nobody else may write in it, or is not there.
int is_ours_alone(const struct path *spool);

// The spool's folder, NULL where events are off (shim/events/setting.ts) or it is not ours alone.
const struct path *find_spool(char *const env[]);

// Whether a call makes a container, whose engine may report.
int makes_container(const struct command *command);

// Whether a low-level runtime will do what a call asks, and something is told of it.
int is_observed(const struct command *command, const struct start *start);
