// What bzip2 spends its time on: sort the rotations of a block, move-to-front, count symbols, build a Huffman
// code. Branches that mispredict, byte loads at random places, small tables.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { block = 50000 };
static unsigned char text[2 * block];
static uint32_t order[block];

static int less(uint32_t a, uint32_t b) {
  const unsigned char *x = text + a, *y = text + b;
  for (int i = 0; i < block; i++) {
    if (x[i] != y[i]) return x[i] < y[i];
  }
  return 0;
}

static void sort(uint32_t *v, int n) {
  while (n > 12) {
    uint32_t pivot = v[n / 2];
    int i = 0, j = n - 1;
    while (i <= j) {
      while (less(v[i], pivot)) i++;
      while (less(pivot, v[j])) j--;
      if (i <= j) {
        uint32_t t = v[i];
        v[i++] = v[j];
        v[j--] = t;
      }
    }
    sort(v, j + 1);
    v += i;
    n -= i;
  }
  for (int i = 1; i < n; i++) {
    uint32_t x = v[i];
    int j = i;
    for (; j > 0 && less(x, v[j - 1]); j--) v[j] = v[j - 1];
    v[j] = x;
  }
}

static uint64_t huffman_bits(const uint32_t counts[256]) {
  uint64_t weights[256];
  int n = 0;
  uint64_t bits = 0;
  for (int i = 0; i < 256; i++) if (counts[i]) weights[n++] = counts[i];
  while (n > 1) {
    for (int take = 0; take < 2; take++) {
      int least = take;
      for (int i = take; i < n; i++) if (weights[i] < weights[least]) least = i;
      uint64_t t = weights[take];
      weights[take] = weights[least];
      weights[least] = t;
    }
    weights[0] += weights[1];
    bits += weights[0];
    weights[1] = weights[--n];
  }
  return bits;
}

int main(int argc, char **argv) {
  int rounds = argc > 1 ? atoi(argv[1]) : 1;
  uint32_t seed = 1;
  uint64_t bits = 0;
  for (int round = 0; round < rounds; round++) {
    for (int i = 0; i < block; i++) {
      seed = seed * 1664525 + 1013904223;
      int repeat = seed >> 28 < 9 && i > 100;
      unsigned reach = i < 9000 ? 90 : 9000;
      text[i] = repeat ? text[i - 1 - (seed >> 8) % reach] : (unsigned char)('a' + (seed >> 16) % 26);
    }
    memcpy(text + block, text, block);
    for (int i = 0; i < block; i++) order[i] = i;
    sort(order, block);
    unsigned char front[256];
    uint32_t counts[256] = {0};
    for (int i = 0; i < 256; i++) front[i] = (unsigned char)i;
    for (int i = 0; i < block; i++) {
      unsigned char symbol = text[order[i] + block - 1];
      int at = 0;
      while (front[at] != symbol) at++;
      memmove(front + 1, front, at);
      front[0] = symbol;
      counts[at]++;
    }
    bits += huffman_bits(counts);
  }
  printf("%llu\n", (unsigned long long)bits);
  return 0;
}
