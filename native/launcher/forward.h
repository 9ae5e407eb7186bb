#pragma once

#include "command.h"
#include "start.h"

// The container's id; NULL where the words after the verb are not plain, or the verb is none of those that are passed on.
const char *id_in(const struct command *command);

// Whether the container that a call names was made in the embedded sandbox.
int is_embedded(const struct command *command);

// Becomes the low-level runtime where that is all that wrun would do. It returns where wrun itself is needed.
void forward(const struct command *command, const struct start *start);
