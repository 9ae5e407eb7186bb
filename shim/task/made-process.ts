import { WrunError } from "../../oci/error.ts";
import type { HostPath } from "../../oci/grant.ts";
import { linuxFiles } from "../host/files.ts";
import type { StreamOwner } from "./stdio/fifo.ts";
import type { ProcessIo } from "./stdio/process-io.ts";

/** How the low-level runtime is told where to leave the terminal. */
export function consoleFlags({ consoleSocket }: ProcessIo): readonly string[] {
  return consoleSocket === undefined ? [] : ["--console-socket", consoleSocket];
}

/**
 * What is told of a file that a request names and that is not there. As it came, the error would say that the container
 * is not there: containerd takes those away.
 */
export function missingFile(error: unknown): unknown {
  if (!(error instanceof WrunError) || error.code !== "not-found") return error;
  return new WrunError("invalid", error.message, { cause: error });
}

/** The streams of a process that is to be made, without what the low-level runtime writes to them where it `mayFail`. */
export async function withOwnErrors(
  io: ProcessIo,
  { mayFail, owner }: { readonly mayFail: () => boolean; readonly owner?: StreamOwner },
): Promise<ProcessIo> {
  try {
    if (io.fds[2] < 0 || !mayFail()) return io;
    return (await import("./stdio/held-errors.ts")).holdErrors(io, owner);
  } catch (error) {
    io.close();
    throw error;
  }
}

const maxPidBytes = 64;

/** The pid that the low-level runtime has left in a file. */
export function readPid(file: HostPath): number {
  const pid = Number(linuxFiles.readText(file, { maxBytes: maxPidBytes, ours: true }) ?? "");
  if (Number.isSafeInteger(pid) && pid > 0) return pid;
  throw new WrunError("io", `the low-level runtime has left no pid in ${file}`);
}
