import { atFdcwd, native } from "../../native/native.ts";
import { readAll } from "../../native/read-all.ts";
import type { KernelCall } from "./kernel-call.ts";

/** What a JavaScript string has in the place of bytes that are no UTF-8. */
const replacement = "\ufffd";
const mostBytes = 16 * 2 ** 20;

/** The words of `argv` that are still the caller's, with the very bytes that the caller gave. */
export function exactWords(call: KernelCall, argv: readonly string[]): readonly (string | Uint8Array)[] {
  if (!argv.some((word) => word.includes(replacement))) return argv;
  const own = ownWords();
  return argv.map((word, index) => {
    const origin = call.argv[index] === word ? call.origins[index] : undefined;
    return (origin === undefined ? undefined : own[origin]) ?? word;
  });
}

// The command line without argv[0]. proc(5): each word ends with a NUL.
function ownWords(): Uint8Array[] {
  const fd = native.openat(atFdcwd, "/proc/self/cmdline", 0, 0);
  const bytes = readAll(fd, mostBytes);
  native.close(fd);
  const words: Uint8Array[] = [];
  if (typeof bytes === "number") return words;
  for (let at = 0, end; at < bytes.length; at = end + 1) {
    end = bytes.indexOf(0, at);
    words.push(bytes.subarray(at, end));
  }
  return words.slice(1);
}
