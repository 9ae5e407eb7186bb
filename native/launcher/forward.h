#pragma once

#include "command.h"
#include "start.h"

// Becomes the low-level runtime where that is all that wrun would do. It returns where wrun itself is needed.
void forward(const struct command *command, const struct start *start);
