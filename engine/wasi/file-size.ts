import { native } from "../../native/native.ts";
import { WrunError } from "../../oci/error.ts";
import { errnoText } from "../errno.ts";

const RLIMIT_FSIZE = 1;

let limit: number | undefined;

/**
 * Lets no file grow past `bytes`: the kernel answers EFBIG then (its SIGXFSZ is ignored, see signals.ts).
 * Only the soft limit is set, so that the engine's own files can be exempt.
 */
export function limitFileSize(bytes: number | undefined): void {
  if (bytes === undefined) return;
  limit = bytes;
  const result = setSoftLimit(bytes);
  if (result < 0) throw new WrunError("io", `cannot limit the size of files: ${errnoText(result)}`);
}

/** Does what is the engine's own business as if the guest had no limit on the size of files. */
export function exemptFromFileSize(act: () => void): void {
  if (limit !== undefined) setSoftLimit(Infinity);
  act();
  if (limit !== undefined) setSoftLimit(limit);
}

function setSoftLimit(bytes: number): number {
  const now = native.getrlimit(RLIMIT_FSIZE);
  if (typeof now === "number") return now;
  const hard = now[1];
  const most = hard < 0 ? Infinity : hard;
  const soft = Math.min(bytes, most);
  return native.setrlimit(RLIMIT_FSIZE, soft === Infinity ? -1 : soft, hard);
}
