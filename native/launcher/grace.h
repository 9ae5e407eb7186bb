#pragma once

// Begins a wait that the low-level runtime would have later.
void begin_grace_period(void);
