// A fuzzer that always does the same: `FUZZER RUNS SEED CORPUS-FOLDER LAST-INPUT`. It changes inputs at random, keeps those
// that reach what no other has reached, and has written the last one down before it runs it. It needs no more than a compiler
// that calls __sanitizer_cov_trace_pc() (-fsanitize-coverage=trace-pc), which gcc and clang do.
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "target.h"

enum { LARGEST_INPUT = 24 << 10, LARGEST_CORPUS = 1024, EDGES = 1 << 16 };

struct input {
  size_t size;
  uint8_t *bytes;
};

static struct input corpus[LARGEST_CORPUS];
static size_t corpus_count;
static uint8_t seen[EDGES];
static size_t reached;
static uintptr_t previous;
static uint64_t state;

// Called at each branch. A program is at another address each time: only differences are the same.
void __sanitizer_cov_trace_pc(void) {
  uintptr_t here = (uintptr_t)__builtin_return_address(0) - (uintptr_t)&LLVMFuzzerTestOneInput;
  size_t edge = (here ^ (previous << 1)) % EDGES;
  previous = here;
  if (seen[edge] == 0) {
    seen[edge] = 1;
    reached++;
  }
}

void failed(const char *condition, const char *file, int line) {
  fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, condition);
  abort();
}

char *next_part(const uint8_t **data, size_t *size, char stop, size_t *length) {
  if (*data == NULL) return NULL;
  const uint8_t *end = memchr(*data, stop, *size);
  *length = end == NULL ? *size : (size_t)(end - *data);
  char *part = malloc(*length + 1);
  if (part == NULL) abort();
  memcpy(part, *data, *length);
  part[*length] = 0;
  *size = end == NULL ? 0 : *size - *length - 1;
  *data = end == NULL ? NULL : end + 1;
  return part;
}

long descriptor_of(const char *bytes, size_t length) {
  int fd = memfd_create("fuzz", MFD_CLOEXEC);
  if (fd < 0 || write(fd, bytes, length) != (ssize_t)length || lseek(fd, 0, SEEK_SET) != 0) abort();
  return fd;
}

// xorshift64*
static uint64_t random_number(uint64_t below) {
  state ^= state >> 12;
  state ^= state << 25;
  state ^= state >> 27;
  return state * UINT64_C(0x2545F4914F6CDD1D) % below;
}

static void keep(const uint8_t *bytes, size_t size) {
  struct input *input = &corpus[corpus_count < LARGEST_CORPUS ? corpus_count++ : random_number(LARGEST_CORPUS)];
  free(input->bytes);
  input->bytes = malloc(size + 1);
  if (input->bytes == NULL) abort();
  memcpy(input->bytes, bytes, size);
  input->size = size;
}

// Puts `count` bytes in at `at`, as far as there is room.
static size_t insert(uint8_t *to, size_t size, size_t at, const uint8_t *bytes, size_t count) {
  if (size + count > LARGEST_INPUT) return size;
  memmove(to + at + count, to + at, size - at);
  memcpy(to + at, bytes, count);
  return size + count;
}

static size_t change(uint8_t *to, size_t size) {
  static const uint8_t special[] = "\0\n\f\t \"'\\=#:/-0129\x7f\x80\xff";
  static uint8_t copy[LARGEST_INPUT];
  size_t at = random_number(size + 1), count = random_number(size - at + 1), words = 0;
  while (fuzz_words[words] != NULL) words++;
  switch (random_number(8)) {
    case 0:
      if (at < size) to[at] ^= (uint8_t)(1 << random_number(8));
      return size;
    case 1:
      if (at < size) to[at] = special[random_number(sizeof special - 1)];
      return size;
    case 2:
      return insert(to, size, at, &special[random_number(sizeof special - 1)], 1);
    case 3: {
      const char *word = fuzz_words[random_number(words)];
      return insert(to, size, at, (const uint8_t *)word, strlen(word));
    }
    case 4:
      memmove(to + at, to + at + count, size - at - count);
      return size - count;
    case 5:
      return at;
    case 6: {
      const struct input *other = &corpus[random_number(corpus_count)];
      size_t from = random_number(other->size + 1);
      return insert(to, size, at, other->bytes + from, random_number(other->size - from + 1));
    }
    default:
      // What is long is found by doubling.
      memcpy(copy, to + at, count);
      for (uint64_t times = random_number(20) == 0 ? 4096 : random_number(3); times > 0; times--) {
        size_t longer = insert(to, size, at, copy, count);
        if (longer == size) break;
        size = longer;
      }
      return size;
  }
}

static void run(uint8_t *last, const uint8_t *bytes, size_t size) {
  memcpy(last + sizeof size, bytes, size);
  memcpy(last, &size, sizeof size);
  // On the heap and of exactly its size: what reads past it is found.
  uint8_t *exact = malloc(size == 0 ? 1 : size);
  if (exact == NULL) abort();
  memcpy(exact, bytes, size);
  size_t before = reached;
  previous = 0;
  LLVMFuzzerTestOneInput(exact, size);
  free(exact);
  if (reached > before) keep(bytes, size);
}

static int by_name(const struct dirent **a, const struct dirent **b) { return strcmp((*a)->d_name, (*b)->d_name); }

static void load(const char *folder, uint8_t *last) {
  struct dirent **names;
  static uint8_t bytes[LARGEST_INPUT];
  int count = scandir(folder, &names, NULL, by_name), loaded = 0;
  for (int i = 0; i < count; i++) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, names[i]->d_name);
    int fd = names[i]->d_name[0] == '.' ? -1 : open(path, O_RDONLY | O_CLOEXEC);
    free(names[i]);
    if (fd < 0) continue;
    ssize_t size = read(fd, bytes, sizeof bytes);
    close(fd);
    if (size < 0) abort();
    loaded++;
    keep(bytes, (size_t)size);
    run(last, bytes, (size_t)size);
  }
  if (loaded == 0) {
    fprintf(stderr, "%s has no inputs\n", folder);
    exit(2);
  }
  free(names);
}

static uint8_t *map_last(const char *path) {
  int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0 || ftruncate(fd, LARGEST_INPUT + sizeof(size_t)) != 0) abort();
  void *last = mmap(NULL, LARGEST_INPUT + sizeof(size_t), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (last == MAP_FAILED) abort();
  close(fd);
  return last;
}

int main(int argc, char **argv) {
  static uint8_t bytes[LARGEST_INPUT];
  if (argc != 5) return 2;
  uint8_t *last = map_last(argv[4]);
  state = strtoull(argv[2], NULL, 10) | 1;
  load(argv[3], last);
  size_t begun = reached;
  for (long left = atol(argv[1]); left > 0; left--) {
    const struct input *input = &corpus[random_number(corpus_count)];
    size_t size = input->size;
    memcpy(bytes, input->bytes, size);
    for (uint64_t times = 1 + random_number(4); times > 0; times--) size = change(bytes, size);
    run(last, bytes, size);
  }
  printf("%s runs, %zu edges, %zu of them in the corpus, %zu inputs kept\n", argv[1], reached, begun, corpus_count);
  return 0;
}
