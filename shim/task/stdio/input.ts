import { native } from "../../../native/native.ts";
import type { HostPath } from "../../../oci/grant.ts";
import { checked } from "../../host/errno.ts";
import { open } from "../../host/open-flags.ts";
import { closeOnce } from "../../host/readiness.ts";
import { reopen } from "../../host/reopen.ts";
import { giveTo, type NamedFile, openReader, openWriter, type StreamOwner, withNamed } from "./fifo.ts";

/** Where a process's standard input comes from. */
export interface Input {
  /** What the process gets. */
  readonly fd: number;
  /** The process has it now. */
  handOver(): void;
  /** Nobody will write any more: the process reads the end when containerd has closed its end, too. */
  end(): void;
  /** The process is gone, or was never made. */
  close(): void;
}

/** A FIFO that containerd writes, or a file. */
export function openInput(path: HostPath, owner?: StreamOwner): Input {
  return withNamed(path, (file) => (file.isFifo ? fifoInput(file, owner) : plainInput(file)));
}

/**
 * The process reads the FIFO itself. The writing end that is kept open keeps it from being at its end before containerd
 * has come, and while containerd is restarted.
 */
function fifoInput(file: NamedFile, owner: StreamOwner | undefined): Input {
  const reader = openReader(file);
  const handOver = closeOnce(reader);
  try {
    giveTo(owner, reader, file.path);
    const end = closeOnce(openWriter(reader, file.path));
    native.setFlags(reader, open.readOnly);
    const close = (): void => [handOver, end].forEach((closeEnd) => closeEnd());
    return { fd: reader, handOver, end, close };
  } catch (error) {
    handOver();
    throw error;
  }
}

function plainInput({ fd: named, path }: NamedFile): Input {
  const fd = checked(reopen(named, open.readOnly | open.noTerminal), "open", path);
  const close = closeOnce(fd);
  return { fd, handOver: close, end: () => undefined, close };
}
