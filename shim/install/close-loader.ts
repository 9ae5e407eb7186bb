import { WrunError } from "../../oci/error.ts";

/**
 * A copy of glibc's dynamic loader that takes nothing from the image it runs in. With `--library-path` and
 * `--inhibit-cache` alone it would still read `/etc/ld.so.preload`, and search `/lib`, `/usr/lib` and their
 * like for what glibc opens by name later (libgcc_s.so.1 when a thread is cancelled, libnss_*).
 *
 * - `/etc/ld.so.preload`, `/etc/ld.so.cache`: the string becomes the empty path, which no file ever has;
 * - the system directories (`/lib/x86_64-linux-gnu/`, `/usr/lib64/`, …): each becomes `/` followed by a NUL.
 *   The loader insists on the slash, then opens `/`, which is a directory and no library.
 */
export function closeLoader(loader: Uint8Array): Uint8Array {
  const text = Buffer.from(loader).toString("latin1");
  const closed = loader.slice();
  const files = blank(closed, text.matchAll(/\/etc\/ld\.so\.(?:preload|cache)\0/g), 0);
  const directories = blank(closed, text.matchAll(/(?:\/[\w.+-]+)+\/\0/g), 1);
  if (files < 2 || directories < 2) {
    throw new WrunError(
      "unsupported",
      "the dynamic loader of this system is not one of glibc that wrun knows",
    );
  }
  return closed;
}

function blank(bytes: Uint8Array, matches: Iterable<RegExpExecArray>, at: number): number {
  let count = 0;
  for (const { index } of matches) {
    bytes[index + at] = 0;
    count++;
  }
  return count;
}
