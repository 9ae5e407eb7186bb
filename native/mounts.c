// Mounting a root file system, and taking it down.
#define _GNU_SOURCE
#include "addon.h"

#include <stdlib.h>
#include <sys/mount.h>
#include <unistd.h>

static char *text_argument(struct call *call, int index, int64_t *error) {
  char *text = NULL;
  int read = string_value(call, call->arguments[index], &text);
  if (read < 0 && *error == 0) *error = read;
  return text;
}

// The texts are not bounded by PATH_MAX: an overlay's options are a page at most, which the kernel checks itself.
NUMBER_CALL(mount_mount) {
  int64_t result = 0;
  struct path target;
  char *source = text_argument(call, 0, &result), *type = text_argument(call, 2, &result);
  char *data = text_argument(call, 4, &result);
  path_argument(call, 1, &target);
  unsigned long flags = (unsigned int)int_argument(call, 3);
  if (result == 0) result = target.error;
  if (result == 0 && !call->wrong) result = result_of(mount(source, target.text, type, flags, data));
  free(source);
  free(type);
  free(data);
  return result;
}

NUMBER_CALL(mount_umount) {
  struct path target;
  path_argument(call, 0, &target);
  int flags = int_argument(call, 1);
  REQUIRE_ARGUMENTS(call);
  return target.error == 0 ? result_of(umount2(target.text, flags)) : target.error;
}

const struct entry mount_calls[] = {
    {"mount", mount_mount},
    {"umount", mount_umount},
    {NULL, NULL},
};
