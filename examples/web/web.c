// A web server: it answers every GET with who it is, /healthz with ok, and anything else with 404. WASI preview 1 has no
// call that makes a socket; it accepts on those that it is given, which are its descriptors from 3 on
// (wrun wasm --listen tcp:127.0.0.1:8080, or the variable WRUN_LISTEN in a container). One connection at a time.
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FIRST = 3, MOST = 32, TIMEOUT_MS = 5000 };

static int find_listeners(struct pollfd *listeners) {
  int count = 0;
  for (int fd = FIRST; fd < FIRST + MOST; fd++) {
    struct stat stat;
    if (fstat(fd, &stat) == 0 && S_ISSOCK(stat.st_mode)) listeners[count++] = (struct pollfd){.fd = fd, .events = POLLIN};
  }
  return count;
}

// Reads up to the end of the header; what a client sends after it is not of interest.
static int read_request(int fd, char *request, size_t size) {
  size_t length = 0;
  while (length + 1 < size) {
    struct pollfd readable = {.fd = fd, .events = POLLIN};
    if (poll(&readable, 1, TIMEOUT_MS) <= 0) return -1;
    ssize_t count = recv(fd, request + length, size - 1 - length, 0);
    if (count <= 0) return -1;
    length += (size_t)count;
    request[length] = 0;
    if (strstr(request, "\r\n\r\n")) return 0;
  }
  return -1;
}

static void send_all(int fd, const char *text, size_t length) {
  for (ssize_t sent; length > 0; text += sent, length -= (size_t)sent)
    if ((sent = send(fd, text, length, 0)) <= 0) return;
}

static void answer(int fd, const char *status, const char *body) {
  char text[1024];
  int length = snprintf(text, sizeof text,
                        "HTTP/1.1 %s\r\nContent-Type: text/plain\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n%s",
                        status, strlen(body), body);
  send_all(fd, text, length < (int)sizeof text ? (size_t)length : sizeof text - 1);
}

static void serve(int fd, unsigned long number) {
  char request[4096], body[256];
  if (read_request(fd, request, sizeof request) != 0) return answer(fd, "400 Bad Request", "what?\n");
  if (strncmp(request, "GET /healthz ", 13) == 0) return answer(fd, "200 OK", "ok\n");
  if (strncmp(request, "GET / ", 6) != 0) return answer(fd, "404 Not Found", "not here\n");
  const char *host = getenv("HOSTNAME");
  snprintf(body, sizeof body, "hello from wasm on %s, request %lu\n", host ? host : "nowhere", number);
  answer(fd, "200 OK", body);
}

int main(void) {
  struct pollfd listeners[MOST];
  int count = find_listeners(listeners);
  if (count == 0) {
    fprintf(stderr, "web: no listening socket: set WRUN_LISTEN=tcp:0.0.0.0:8080\n");
    return 1;
  }
  for (unsigned long number = 0;;) {
    if (poll(listeners, (nfds_t)count, -1) < 0) return 1;
    for (int i = 0; i < count; i++) {
      if (!(listeners[i].revents & POLLIN)) continue;
      int fd = accept(listeners[i].fd, NULL, NULL);
      if (fd < 0) continue;
      serve(fd, ++number);
      shutdown(fd, SHUT_RDWR);
      close(fd);
    }
  }
}
