import { checked } from "../host/errno.ts";
import { writeAll } from "../host/write-all.ts";

const stdout = 1;

/** Prints on standard output. A caller that gets less than all of it must not take it for an answer. */
export function print(content: string | Uint8Array): void {
  checked(writeAll(stdout, content), "write", "standard output");
}
