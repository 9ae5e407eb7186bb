import { native } from "../../native/native.ts";
import { WrunError } from "../../oci/error.ts";

const RLIMIT_FSIZE = 1;

/**
 * Lets no file grow past `bytes`: the kernel answers EFBIG then (its SIGXFSZ is ignored, see signals.ts).
 * Only the soft limit is set, so the engine can lift it again for what it writes itself.
 */
export function limitFileSize(bytes: number | undefined): void {
  if (bytes === undefined) return;
  const now = native.getrlimit(RLIMIT_FSIZE);
  if (typeof now === "number")
    throw new WrunError("io", `cannot read the limit on file size (errno ${-now})`);
  const hard = now[1];
  const soft = hard < 0 ? bytes : Math.min(bytes, hard);
  const result = native.setrlimit(RLIMIT_FSIZE, soft, hard);
  if (result < 0) throw new WrunError("io", `cannot limit the size of files (errno ${-result})`);
}
