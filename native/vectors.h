// A guest's iovecs as the kernel's.
#pragma once

#include "addon.h"

#include <sys/uio.h>

// A guest's vector: {u32 pointer, u32 length}, little-endian, 8 bytes each.
enum { MOST_VECTORS = 1024, GUEST_VECTOR_SIZE = 8 };

// Checks `count` of a guest's iovecs at `at` and makes them the kernel's: the count, -EINVAL or -EFAULT.
// The copies are what is checked and used, as another thread of the guest may change its memory meanwhile.
int load_vectors(struct bytes memory, int64_t at, int64_t count, struct iovec vectors[MOST_VECTORS]);
