import { native } from "../native/native.ts";
import { WrunError } from "../oci/error.ts";
import type { EngineCommand } from "../oci/grant-flags.ts";
import { errnoText } from "./errno.ts";
import { openHostFile, readWhole } from "./read-file.ts";

// JavaScriptCore reads its options once, before any code of ours.
const noJit = "BUN_JSC_useJIT=0";

const refuseExecGain = { option: 65, flag: 1 }; // PR_SET_MDWE, PR_MDWE_REFUSE_EXEC_GAIN (Linux 6.3)

/**
 * Makes sure that this process has no compiler, by starting itself anew where it has one: then no page
 * is ever both writable and executable. Where the kernel can, it also holds us to that.
 */
export function interpretOnly(command: EngineCommand): void {
  const environ = native.environ();
  if (environ.includes(noJit)) {
    native.prctl(refuseExecGain.option, refuseExecGain.flag);
    return;
  }
  // Started through the dynamic loader, /proc/self/exe is the loader, and the command line holds its
  // flags and the executable: the same two make the same process in both cases.
  const kept = environ.filter((entry) => !entry.startsWith("BUN_JSC_useJIT="));
  // Bun makes all descriptors from 4 on close-on-exec when it starts.
  for (const fd of descriptorsOf(command)) native.setCloexec(fd, false);
  const result = native.execve("/proc/self/exe", commandLine(), [...kept, noJit]);
  throw new WrunError("io", `--no-jit: cannot start anew: ${errnoText(result)}`);
}

function descriptorsOf({ grant, options }: EngineCommand): number[] {
  const sockets = grant.listen.flatMap((address) => /^fd:(\d+)$/.exec(address)?.[1] ?? []);
  return [...sockets.map(Number), options.statusFd ?? [], options.readyFd ?? []].flat();
}

function commandLine(): string[] {
  const bytes = readWhole(openHostFile("/proc/self/cmdline"));
  return new TextDecoder().decode(bytes).split("\0").slice(0, -1);
}
