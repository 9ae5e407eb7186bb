import { atFdcwd, native } from "../../../native/native.ts";
import type { HostPath } from "../../../oci/grant.ts";
import { checked, systemError } from "../../host/errno.ts";
import { open } from "../../host/open-flags.ts";
import { closeOnce } from "../../host/readiness.ts";
import { isFifo, openReader } from "./fifo.ts";
import { pump } from "./pump.ts";

/** Where a process's standard input comes from. */
export interface Input {
  /** What the process gets. */
  readonly fd: number;
  /** The process has it now. */
  handOver(): void;
  /** The process reads the end. */
  close(): void;
}

/**
 * A FIFO that containerd writes is copied into a pipe: given to the process itself, it would be at its end before
 * containerd has come, or never.
 */
export function openInput(path: HostPath): Input {
  return isFifo(path) ? fifoInput(path) : fileInput(path);
}

function fifoInput(path: HostPath): Input {
  const pipe = native.pipe();
  if (typeof pipe === "number") throw systemError(pipe, "create", "a pipe");
  const [fd, to] = pipe;
  native.setFlags(to, open.writeOnly | open.nonBlocking);
  const from = openReader(path);
  const ends = [closeOnce(from), closeOnce(to)];
  const close = (): void => ends.forEach((end) => end());
  void pump(from, to).then(close);
  return { fd, handOver: closeOnce(fd), close };
}

function fileInput(path: HostPath): Input {
  const fd = checked(native.openat(atFdcwd, path, open.readOnly | open.noTerminal, 0), "open", path);
  return { fd, handOver: closeOnce(fd), close: () => undefined };
}
