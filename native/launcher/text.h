// Texts and paths in buffers of a fixed size.
#pragma once

#include <stddef.h>

enum { MOST_PATH = 4096 };

static inline size_t length_of(const char *text) {
  size_t length = 0;
  while (text[length] != 0) {
    __asm__ volatile(""); // or the compiler makes this loop a call of strlen
    length++;
  }
  return length;
}

static inline int same(const char *a, const char *b) {
  while (*a != 0 && *a == *b) a++, b++;
  return *a == *b;
}

// What follows `prefix` in `text`; NULL where it does not begin so.
static inline const char *after(const char *text, const char *prefix) {
  while (*prefix != 0)
    if (*text++ != *prefix++) return NULL;
  return text;
}

static inline int is_one_of(const char *word, const char *const words[]) {
  for (; *words != NULL; words++)
    if (same(word, *words)) return 1;
  return 0;
}

// The entry of the variable `name=`, its value; NULL where it is not set.
static inline const char *value_in(char *const env[], const char *name) {
  for (; *env != NULL; env++) {
    const char *value = after(*env, name);
    if (value != NULL) return value;
  }
  return NULL;
}

struct path {
  char text[MOST_PATH];
  size_t length;
};

// Adds `count` bytes. Where they do not fit, the path is empty from then on: one that exists nowhere.
static inline void append_bytes(struct path *path, const char *bytes, size_t count) {
  if (count >= MOST_PATH - path->length) {
    path->length = MOST_PATH;
    path->text[0] = 0;
    return;
  }
  for (size_t i = 0; i < count; i++) {
    path->text[path->length++] = bytes[i];
    __asm__ volatile(""); // or the compiler makes this loop a call of memcpy
  }
  path->text[path->length] = 0;
}

static inline void append(struct path *path, const char *text) { append_bytes(path, text, length_of(text)); }
