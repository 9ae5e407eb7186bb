// Says that it lives, then sleeps until it is ended: for measuring an idle guest's memory.
#include <stdio.h>
#include <unistd.h>

int main(void) {
  puts("asleep");
  fflush(stdout);
  for (;;) sleep(60);
}
