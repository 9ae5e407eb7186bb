import { sandboxChoice } from "../cli/global-flags.ts";
import type { KernelCall } from "./kernel-call.ts";

/** Verbs that the low-level runtime carries out. */
const forwarded: ReadonlySet<string> = new Set(
  ("create run start state kill delete " +
    "list exec ps pause resume update events checkpoint restore mounts features").split(" "),
);

/** Whether a call goes to the kernel sandbox. */
export function isForKernel({ verb, flags }: KernelCall): boolean {
  return forwarded.has(verb) && sandboxChoice(flags) === "kernel";
}
