const texts: Readonly<Record<number, string>> = {
  1: "operation not permitted",
  2: "no such file or directory",
  5: "input/output error",
  6: "no such device or address",
  9: "bad file descriptor",
  12: "out of memory",
  13: "permission denied",
  20: "not a directory",
  21: "is a directory",
  22: "invalid argument",
  23: "too many open files in the system",
  24: "too many open files",
  27: "it is larger than the 1 GiB that a wasm module may be",
  36: "file name too long",
  40: "too many levels of symbolic links",
  98: "address already in use",
  99: "cannot assign requested address",
};

/** Linux errnos that decide what we do. */
export const errno = { ENOENT: 2, EACCES: 13, ENOTDIR: 20 } as const;

/** What the kernel meant by -errno, as strerror(3) puts it. */
export function errnoText(result: number): string {
  return texts[-result] ?? `errno ${-result}`;
}
