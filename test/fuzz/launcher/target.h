// What a target and the driver share.
#pragma once

#include <stddef.h>
#include <stdint.h>

// Runs the launcher's code on one input, as libFuzzer's targets do: it can be linked with that as well.
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

// Words that the code looks for, NULL at their end.
extern const char *const fuzz_words[];

// Ends the fuzzer where the code did what it must not do.
#define CHECK(condition) \
  do {                   \
    if (!(condition)) failed(#condition, __FILE__, __LINE__); \
  } while (0)
void failed(const char *condition, const char *file, int line);

// The next part of an input, up to `stop`, as a text of exactly its length on the heap, to be freed; NULL at the end.
char *next_part(const uint8_t **data, size_t *size, char stop, size_t *length);

// A descriptor from which `length` bytes are to be read; it belongs to the code that asked for it.
long descriptor_of(const char *bytes, size_t length);
