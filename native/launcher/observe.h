#pragma once

#include "command.h"
#include "start.h"

// Where a call is to be told to `wrun monitor`, goes on in a child, waits for it, writes down what came of it, and ends as
// the child did. It returns, in the child or where nothing is to be told, with what is to be done as it would be anyway.
void observe(const struct command *command, struct start *start);
