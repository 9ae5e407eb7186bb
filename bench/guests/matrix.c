// Multiplies 320x320 matrices of doubles, again and again: floating point and strided loads.
#include <stdio.h>
#include <stdlib.h>

enum { side = 320 };
static double a[side][side], b[side][side], c[side][side];

int main(int argc, char **argv) {
  int rounds = argc > 1 ? atoi(argv[1]) : 1;
  for (int i = 0; i < side; i++) {
    for (int j = 0; j < side; j++) {
      a[i][j] = (i * 7 + j * 3) % 11 / 11.0;
      b[i][j] = (i * 5 + j * 2) % 13 / 13.0;
    }
  }
  for (int round = 0; round < rounds; round++) {
    for (int i = 0; i < side; i++) {
      for (int j = 0; j < side; j++) {
        double sum = 0;
        for (int x = 0; x < side; x++) sum += a[i][x] * b[x][j];
        c[i][j] = sum;
      }
    }
    a[round % side][0] = c[0][round % side] / 1000;
  }
  double total = 0;
  for (int i = 0; i < side; i++) total += c[i][(i * 17) % side];
  printf("%.6f\n", total);
  return 0;
}
