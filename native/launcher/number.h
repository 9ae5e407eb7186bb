#pragma once

// Writes `number` so that it ends at `end`, and returns its first digit.
static inline char *write_number(char *end, unsigned long number) {
  do *--end = (char)('0' + number % 10);
  while ((number /= 10) != 0);
  return end;
}
