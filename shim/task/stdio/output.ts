import { atFdcwd, native } from "../../../native/native.ts";
import type { HostPath } from "../../../oci/grant.ts";
import { checked } from "../../host/errno.ts";
import { open } from "../../host/open-flags.ts";
import { closeOnce } from "../../host/readiness.ts";
import { isFifo, openReader, openWriter } from "./fifo.ts";

/** Where a process's standard output or error goes. */
export interface Output {
  /** What the process gets. */
  readonly fd: number;
  /** The process has it now: ours is closed, so that its end is the end of what the reader reads. */
  handOver(): void;
  /** A reader that comes again, as containerd does when it is restarted, finds the end of what was written. */
  letReadersIn(): void;
  /** The process is gone, or was never made. */
  close(): void;
}

/** How long letReadersIn() leaves the door open, in milliseconds. */
const welcome = 5000;

/**
 * A FIFO that containerd reads. The process writes into it itself: nothing can be lost on the way, and nothing is
 * buffered here. The reading end that is kept open keeps what was written, and spares the process a SIGPIPE, while
 * containerd is away.
 */
export function fifoOutput(path: HostPath): Output {
  const closeKeeper = closeOnce(openReader(path));
  const output = plainOutput(openWriter(path));
  return {
    ...output,
    letReadersIn: () => {
      const writer = openWriter(path);
      setTimeout(() => native.close(writer), welcome);
    },
    close: () => {
      output.close();
      closeKeeper();
    },
  };
}

/** A file that is there, or one that is made: written at its end. */
export function fileOutput(path: HostPath, make: boolean): Output {
  const flags = open.writeOnly | open.append | open.noTerminal | (make ? open.create : 0);
  return plainOutput(checked(native.openat(atFdcwd, path, flags, 0o644), "open", path));
}

/** A descriptor that needs no more than to be closed. */
export function plainOutput(fd: number): Output {
  const close = closeOnce(fd);
  return { fd, handOver: close, letReadersIn: () => undefined, close };
}

/** A path without a scheme: a FIFO, or a file that is there. */
export function pathOutput(path: HostPath): Output {
  return isFifo(path) ? fifoOutput(path) : fileOutput(path, false);
}
