import { atFdcwd, native, statFields } from "../../native/native.ts";
import { automaticSandbox, sandboxChoice } from "../cli/global-flags.ts";
import { stateRoot } from "../sandbox/state-root.ts";
import type { KernelCall } from "./kernel-call.ts";

/** Verbs that make a container: its sandbox is chosen there. */
const making: ReadonlySet<string> = new Set(["create", "run"]);

/** Verbs that both sandboxes have, for a container that has been made. */
const living: ReadonlySet<string> = new Set(["start", "state", "kill", "delete"]);

/** Verbs that the low-level runtime alone has, or answers for all of its containers. */
const forwarded: ReadonlySet<string> = new Set(
  "list exec ps pause resume update events checkpoint restore mounts features".split(" "),
);

/** Forwarded verbs that the embedded sandbox has too, and so help of ours. */
const shared: ReadonlySet<string> = new Set(["list"]);

/**
 * Whether a call goes to the kernel sandbox. Unless `--sandbox` says it, automaticSandbox() does; a container that
 * was made embedded stays so.
 */
export function isForKernel(call: KernelCall): boolean {
  const { verb, flags } = call;
  if (!making.has(verb) && !living.has(verb) && !forwarded.has(verb)) return false;
  const explained = !forwarded.has(verb) || shared.has(verb);
  if (explained && (flags.has("--help") || flags.has("--h"))) return false;
  const choice = sandboxChoice(flags);
  if (choice !== "auto") return choice === "kernel";
  return automaticSandbox() === "kernel" && !(living.has(verb) && isEmbedded(call));
}

function isEmbedded({ flags, operands: [id = ""] }: KernelCall): boolean {
  const root = stateRoot(flags.value("--root"), {
    uid: 0,
    runtimeDirectory: undefined,
    workingDirectory: () => process.cwd(),
  });
  return exists(`${root.path}/${id}/state.json`) && exists(`${root.path}/${id}/status`);
}

// Given the same --root, runc has a state.json there as well, and crun a status: none has both.
function exists(path: string): boolean {
  return native.fstatat(atFdcwd, path, 0, new BigInt64Array(statFields.count)) >= 0;
}
