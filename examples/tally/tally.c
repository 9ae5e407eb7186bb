// Counts lines, words and bytes of the files that it is given, and writes the sum to the file named by TALLY_OUT. It may
// touch what its container has, and nothing else: tally /etc/shadow of the host says that there is no such file.
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct tally {
  unsigned long lines, words, bytes;
};

static int count(const char *path, struct tally *tally) {
  FILE *file = fopen(path, "r");
  if (!file) {
    fprintf(stderr, "tally: %s: %s\n", path, strerror(errno));
    return 1;
  }
  int in_word = 0;
  for (int c = getc(file); c != EOF; c = getc(file)) {
    tally->bytes++;
    if (c == '\n') tally->lines++;
    if (!isspace(c) && !in_word) tally->words++;
    in_word = !isspace(c);
  }
  fclose(file);
  return 0;
}

static void report(FILE *out, const struct tally *tally, const char *name) {
  fprintf(out, "%8lu %8lu %8lu %s\n", tally->lines, tally->words, tally->bytes, name);
}

int main(int argc, char **argv) {
  struct tally sum = {0};
  int failed = argc < 2;
  if (failed) fprintf(stderr, "usage: tally FILE...\n");
  for (int i = 1; i < argc; i++) {
    struct tally one = {0};
    if (count(argv[i], &one)) {
      failed = 1;
      continue;
    }
    report(stdout, &one, argv[i]);
    sum.lines += one.lines;
    sum.words += one.words;
    sum.bytes += one.bytes;
  }
  const char *out = getenv("TALLY_OUT");
  if (!out) return failed;
  FILE *file = fopen(out, "w");
  if (!file) {
    fprintf(stderr, "tally: %s: %s\n", out, strerror(errno));
    return 1;
  }
  report(file, &sum, "total");
  return fclose(file) == 0 ? failed : 1;
}
