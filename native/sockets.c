// Sockets: listening, the transfers of WASI's sock_*, and a descriptor sent to another process.
#define _GNU_SOURCE
#include "vectors.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

union address {
  struct sockaddr any;
  struct sockaddr_in in;
  struct sockaddr_in6 in6;
  struct sockaddr_un un;
};

// Fills `address` from a numeric host or a path; its length, or -errno.
static int64_t make_address(int family, const char *text, uint16_t port, union address *address) {
  memset(address, 0, sizeof *address);
  address->any.sa_family = (sa_family_t)family;
  switch (family) {
    case AF_INET:
      address->in.sin_port = htons(port);
      return inet_pton(AF_INET, text, &address->in.sin_addr) == 1 ? (int64_t)sizeof address->in : -EINVAL;
    case AF_INET6:
      address->in6.sin6_port = htons(port);
      return inet_pton(AF_INET6, text, &address->in6.sin6_addr) == 1 ? (int64_t)sizeof address->in6 : -EINVAL;
    case AF_UNIX:
      if (strlen(text) >= sizeof address->un.sun_path) return -ENAMETOOLONG;
      strcpy(address->un.sun_path, text);
      return sizeof address->un;
    default:
      return -EAFNOSUPPORT;
  }
}

static int64_t bind_and_listen(int fd, const union address *address, socklen_t length, int backlog) {
  int on = 1;
  if (address->any.sa_family != AF_UNIX && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) < 0)
    return -errno;
  if (bind(fd, &address->any, length) < 0 || listen(fd, backlog) < 0) return -errno;
  return fd;
}

NUMBER_CALL(socket_listen) {
  struct path text;
  int family = int_argument(call, 0), port = int_argument(call, 2), backlog = int_argument(call, 3);
  path_argument(call, 1, &text);
  REQUIRE_ARGUMENTS(call);
  if (text.error) return text.error;
  if (port < 0 || port > UINT16_MAX) return -EINVAL;
  union address address;
  int64_t length = make_address(family, text.text, (uint16_t)port, &address);
  if (length < 0) return length;
  int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return -errno;
  int64_t result = bind_and_listen(fd, &address, (socklen_t)length, backlog);
  if (result < 0) close(fd);
  return result;
}

NUMBER_CALL(socket_connect_unix) {
  struct path path;
  int flags = int_argument(call, 1);
  path_argument(call, 0, &path);
  REQUIRE_ARGUMENTS(call);
  if (path.error) return path.error;
  union address address;
  int64_t length = make_address(AF_UNIX, path.text, 0, &address);
  if (length < 0) return length;
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | flags, 0);
  if (fd < 0) return -errno;
  int64_t result = RETRY(connect(fd, &address.any, (socklen_t)length));
  if (result < 0) close(fd);
  return result < 0 ? result : fd;
}

NUMBER_CALL(socket_accept) {
  int fd = int_argument(call, 0), flags = int_argument(call, 1);
  REQUIRE_ARGUMENTS(call);
  return RETRY(accept4(fd, NULL, NULL, flags | SOCK_CLOEXEC));
}

// MSG_CMSG_CLOEXEC: no descriptor that a peer sends can get past us (there is no room for control data at all).
NUMBER_CALL(socket_recv) {
  struct iovec vectors[MOST_VECTORS];
  int fd = int_argument(call, 0), flags = int_argument(call, 4);
  struct bytes memory = buffer_argument(call, 1);
  int64_t at = integer_argument(call, 2), count = integer_argument(call, 3);
  struct bytes out = array_argument(call, 5, napi_int32_array);
  REQUIRE_ARGUMENTS(call);
  int loaded = load_vectors(memory, at, count, vectors);
  if (loaded < 0) return loaded;
  if (out.length < sizeof(int32_t)) return -EFAULT;
  struct msghdr message = {.msg_iov = vectors, .msg_iovlen = (size_t)loaded};
  int64_t result = RETRY(recvmsg(fd, &message, flags | MSG_CMSG_CLOEXEC));
  if (result >= 0) memcpy(out.data, &message.msg_flags, sizeof(int32_t));
  return result;
}

NUMBER_CALL(socket_send) {
  struct iovec vectors[MOST_VECTORS];
  int fd = int_argument(call, 0), flags = int_argument(call, 4);
  struct bytes memory = buffer_argument(call, 1);
  int64_t at = integer_argument(call, 2), count = integer_argument(call, 3);
  REQUIRE_ARGUMENTS(call);
  int loaded = load_vectors(memory, at, count, vectors);
  if (loaded < 0) return loaded;
  struct msghdr message = {.msg_iov = vectors, .msg_iovlen = (size_t)loaded};
  return RETRY(sendmsg(fd, &message, flags | MSG_NOSIGNAL));
}

NUMBER_CALL(socket_shutdown) {
  int fd = int_argument(call, 0), how = int_argument(call, 1);
  REQUIRE_ARGUMENTS(call);
  return result_of(shutdown(fd, how));
}

NUMBER_CALL(socket_getsockopt) {
  int fd = int_argument(call, 0), name = int_argument(call, 1);
  REQUIRE_ARGUMENTS(call);
  int value = 0;
  socklen_t length = sizeof value;
  int64_t error = result_of(getsockopt(fd, SOL_SOCKET, name, &value, &length));
  return error < 0 ? error : value;
}

NUMBER_CALL(socket_peer_uid) {
  int fd = int_argument(call, 0);
  REQUIRE_ARGUMENTS(call);
  struct ucred peer;
  socklen_t length = sizeof peer;
  int64_t error = result_of(getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &length));
  return error < 0 ? error : (int64_t)peer.uid;
}

NUMBER_CALL(socket_peer_pid) {
  int fd = int_argument(call, 0);
  REQUIRE_ARGUMENTS(call);
  struct ucred peer;
  socklen_t length = sizeof peer;
  int64_t error = result_of(getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &length));
  return error < 0 ? error : (int64_t)peer.pid;
}

// Room for exactly one descriptor: CMSG_LEN, as the padding of CMSG_SPACE would take a second, unseen one.
union control {
  struct cmsghdr header;
  char bytes[CMSG_SPACE(sizeof(int))];
};

NUMBER_CALL(socket_send_fd) {
  int socket = int_argument(call, 0), fd = int_argument(call, 1);
  REQUIRE_ARGUMENTS(call);
  union control control = {.bytes = {0}};
  char payload = 0;
  struct iovec vector = {&payload, 1};
  struct msghdr message = {
      .msg_iov = &vector, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = CMSG_LEN(sizeof fd)};
  control.header = (struct cmsghdr){CMSG_LEN(sizeof fd), SOL_SOCKET, SCM_RIGHTS};
  memcpy(CMSG_DATA(&control.header), &fd, sizeof fd);
  int64_t result = RETRY(sendmsg(socket, &message, MSG_NOSIGNAL));
  return result < 0 ? result : 0;
}

NUMBER_CALL(socket_recv_fd) {
  int socket = int_argument(call, 0);
  REQUIRE_ARGUMENTS(call);
  union control control = {.bytes = {0}};
  char payload;
  struct iovec vector = {&payload, 1};
  struct msghdr message = {
      .msg_iov = &vector, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = CMSG_LEN(sizeof(int))};
  int64_t result = RETRY(recvmsg(socket, &message, MSG_CMSG_CLOEXEC));
  if (result < 0) return result;
  const struct cmsghdr *header = CMSG_FIRSTHDR(&message);
  if (header == NULL || header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS ||
      header->cmsg_len < CMSG_LEN(sizeof(int)))
    return -EBADMSG;
  int fd;
  memcpy(&fd, CMSG_DATA(header), sizeof fd);
  return fd;
}

// Both ends are non-blocking; the first one is told who has sent each message.
static napi_value socket_message_pair(napi_env env, napi_callback_info info) {
  struct call call;
  if (!begin_call(&call, env, info)) return NULL;
  int ends[2] = {-1, -1}, on = 1;
  int64_t error = result_of(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends));
  if (error == 0) error = result_of(setsockopt(ends[0], SOL_SOCKET, SO_PASSCRED, &on, sizeof on));
  if (error < 0 && ends[0] >= 0) {
    close(ends[0]);
    close(ends[1]);
  }
  return finish_pair(&call, error, ends[0], ends[1]);
}

// The kernel fills in the credentials of whoever sends, and lets only CAP_SYS_ADMIN name another process. unix(7)
static pid_t sender_of(struct msghdr *message) {
  const struct cmsghdr *header = CMSG_FIRSTHDR(message);
  if (header == NULL || header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_CREDENTIALS) return 0;
  struct ucred sender;
  memcpy(&sender, CMSG_DATA(header), sizeof sender);
  return sender.pid;
}

// There is room for credentials alone: a descriptor that a sender adds is closed by the kernel.
static napi_value socket_receive_message(napi_env env, napi_callback_info info) {
  struct call call;
  if (!begin_call(&call, env, info)) return NULL;
  int fd = int_argument(&call, 0);
  struct bytes buffer = buffer_argument(&call, 1);
  int64_t offset = integer_argument(&call, 2), length = integer_argument(&call, 3);
  if (call.wrong) return finish_call(&call, 0);
  if (!lies_inside(buffer, offset, length)) return finish_call(&call, -EFAULT);
  union {
    struct cmsghdr header;
    char bytes[CMSG_LEN(sizeof(struct ucred))];
  } control = {.bytes = {0}};
  struct iovec vector = {buffer.data + offset, (size_t)length};
  struct msghdr message = {
      .msg_iov = &vector, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control.bytes};
  int64_t result = RETRY(recvmsg(fd, &message, MSG_CMSG_CLOEXEC));
  if (result > 0 && (message.msg_flags & MSG_TRUNC) != 0) result = -EMSGSIZE;
  return finish_pair(&call, result < 0 ? result : 0, result, sender_of(&message));
}

const struct entry socket_calls[] = {
    {"listen", socket_listen},
    {"accept", socket_accept},
    {"recv", socket_recv},
    {"send", socket_send},
    {"shutdown", socket_shutdown},
    {"getsockopt", socket_getsockopt},
    {"connectUnix", socket_connect_unix},
    {"peerUid", socket_peer_uid},
    {"peerPid", socket_peer_pid},
    {"sendFd", socket_send_fd},
    {"recvFd", socket_recv_fd},
    {"messagePair", socket_message_pair},
    {"receiveMessage", socket_receive_message},
    {NULL, NULL},
};
