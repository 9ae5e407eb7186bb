import { native } from "../../native/native.ts";
import { restoreEnvironment } from "../callers-environment.ts";
import { oneLine } from "../one-line.ts";
import { readShimFlags, type ShimFlags } from "./shim-flags.ts";

/** The name under which this executable is containerd's shim; that of the runtime type io.containerd.wrun.v1. */
export const shimName = "containerd-shim-wrun-v1";

const failed = 1;

/**
 * Runs the shim: `start` and `delete` as containerd calls them, and the process that serves. Nothing but the answer is
 * printed, as containerd reads both standard streams of `start` for it.
 */
export async function runTaskShim(argv: readonly string[]): Promise<number> {
  try {
    return await run(readShimFlags(argv));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const bytes = new TextEncoder().encode(`${shimName}: ${oneLine(message)}\n`);
    native.write(2, bytes.buffer, 0, bytes.length);
    return failed;
  }
}

async function run(flags: ShimFlags): Promise<number> {
  const openFiles = restoreEnvironment();
  if (flags.version) return (await import("./bootstrap/version.ts")).printVersion();
  if (flags.info) return (await import("./bootstrap/info.ts")).printInfo();
  if (flags.verb === "artifact") return (await import("../artifact/print-artifact.ts")).printArtifact(flags);
  if (flags.verb === "start") return (await import("./bootstrap/start.ts")).start(flags, openFiles);
  if (flags.verb === "delete") return (await import("./bootstrap/delete.ts")).deleteContainer(flags);
  throw new Error("containerd starts this program, by: start, delete (see docs/containerd.md)");
}
