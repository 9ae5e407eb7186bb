// Reading and writing by a guest's iovecs: the calls that a guest makes most.
#define _GNU_SOURCE
#include "vectors.h"

#include <endian.h>
#include <string.h>
#include <unistd.h>

_Static_assert(MOST_VECTORS <= IOV_MAX, "the kernel takes no more");

int load_vectors(struct bytes memory, int64_t at, int64_t count, struct iovec vectors[MOST_VECTORS]) {
  if (count < 0 || count > MOST_VECTORS) return -EINVAL;
  if (!lies_inside(memory, at, count * GUEST_VECTOR_SIZE)) return -EFAULT;
  for (int64_t i = 0; i < count; i++) {
    uint32_t words[2];
    memcpy(words, memory.data + at + i * GUEST_VECTOR_SIZE, sizeof words);
    uint32_t pointer = le32toh(words[0]), length = le32toh(words[1]);
    if (!lies_inside(memory, pointer, length)) return -EFAULT;
    vectors[i] = (struct iovec){memory.data + pointer, length};
  }
  return (int)count;
}

// The arguments that all four calls begin with.
struct transfer {
  int fd;
  int count;
  struct iovec vectors[MOST_VECTORS];
};

static inline void transfer_arguments(struct call *call, struct transfer *transfer) {
  transfer->fd = int_argument(call, 0);
  struct bytes memory = buffer_argument(call, 1);
  int64_t at = integer_argument(call, 2), count = integer_argument(call, 3);
  transfer->count = call->wrong ? 0 : load_vectors(memory, at, count, transfer->vectors);
}

NUMBER_CALL(vectors_readv) {
  struct transfer t;
  transfer_arguments(call, &t);
  REQUIRE_ARGUMENTS(call);
  if (t.count < 0) return t.count;
  if (t.count == 1) return RETRY(read(t.fd, t.vectors[0].iov_base, t.vectors[0].iov_len));
  return RETRY(readv(t.fd, t.vectors, t.count));
}

NUMBER_CALL(vectors_writev) {
  struct transfer t;
  transfer_arguments(call, &t);
  REQUIRE_ARGUMENTS(call);
  if (t.count < 0) return t.count;
  if (t.count == 1) return RETRY(write(t.fd, t.vectors[0].iov_base, t.vectors[0].iov_len));
  return RETRY(writev(t.fd, t.vectors, t.count));
}

NUMBER_CALL(vectors_preadv) {
  struct transfer t;
  transfer_arguments(call, &t);
  int64_t position = bigint_argument(call, 4);
  REQUIRE_ARGUMENTS(call);
  if (t.count < 0) return t.count;
  return RETRY(preadv(t.fd, t.vectors, t.count, position));
}

NUMBER_CALL(vectors_pwritev) {
  struct transfer t;
  transfer_arguments(call, &t);
  int64_t position = bigint_argument(call, 4);
  REQUIRE_ARGUMENTS(call);
  if (t.count < 0) return t.count;
  return RETRY(pwritev(t.fd, t.vectors, t.count, position));
}

const struct entry vector_calls[] = {
    {"readv", vectors_readv},
    {"writev", vectors_writev},
    {"preadv", vectors_preadv},
    {"pwritev", vectors_pwritev},
    {NULL, NULL},
};
