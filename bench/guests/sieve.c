// Counts primes below 8 million, again and again: byte stores with a stride, bounds that the compiler cannot drop.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv) {
  int rounds = argc > 1 ? atoi(argv[1]) : 1;
  size_t limit = 8000000;
  unsigned char *composite = malloc(limit);
  size_t primes = 0;
  for (int round = 0; round < rounds; round++) {
    memset(composite, 0, limit);
    primes = 0;
    for (size_t i = 2; i < limit; i++) {
      if (composite[i]) continue;
      primes++;
      for (size_t j = i * i; j < limit; j += i) composite[j] = 1;
    }
  }
  printf("%zu\n", primes);
  return 0;
}
