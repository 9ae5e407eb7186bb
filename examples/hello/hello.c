// Says who it is and where it runs: the first thing to try.
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv) {
  const char *host = getenv("HOSTNAME");
  printf("hello from wasm on %s\n", host ? host : "nowhere");
  for (int i = 1; i < argc; i++) printf("argument %d: %s\n", i, argv[i]);
  return 0;
}
