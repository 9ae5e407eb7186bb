// A million small host calls, or one file read in large pieces: calls write | clock | read FILE.
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static char piece[1 << 18];

int main(int argc, char **argv) {
  const char *what = argc > 1 ? argv[1] : "write";
  if (strcmp(what, "write") == 0) {
    for (int i = 0; i < 1000000; i++) {
      if (write(1, "x", 1) != 1) return 1;
    }
  } else if (strcmp(what, "clock") == 0) {
    struct timespec now;
    for (int i = 0; i < 1000000; i++) clock_gettime(CLOCK_MONOTONIC, &now);
  } else {
    int fd = open(argv[2], O_RDONLY);
    long long total = 0;
    for (ssize_t n; (n = read(fd, piece, sizeof piece)) > 0;) total += n;
    printf("%lld\n", total);
  }
  return 0;
}
