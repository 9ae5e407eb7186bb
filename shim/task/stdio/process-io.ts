import type { HostPath } from "../../../oci/grant.ts";
import type { StreamOwner } from "./fifo.ts";
import type { LoggedContainer } from "./logger.ts";

/** What a process reads and writes, as containerd names it: paths of FIFOs or files, URIs of loggers, or "". */
export interface StdioNames {
  readonly stdin: string;
  readonly stdout: string;
  readonly stderr: string;
  readonly terminal: boolean;
}

/** Who the names belong to, and where small sockets can be made. */
export interface StdioPlace extends LoggedContainer {
  readonly sockets: HostPath;
  /** Who is to own the FIFOs; whoever does, where it is left out. */
  readonly owner?: StreamOwner;
}

/** The standard streams of one process, from before it is made until it is deleted. */
export interface ProcessIo {
  /** Its descriptors 0, 1, 2; -1 is /dev/null. */
  readonly fds: readonly [number, number, number];
  readonly consoleSocket?: HostPath;
  /** The low-level runtime has ended well: the process has its streams. */
  handOver(): Promise<void>;
  /** To be called before the process runs: standard input that its clients have closed by now has ended. */
  start(): void;
  resize(rows: number, columns: number): void;
  closeStdin(): void;
  /** containerd is back, and opens what it reads anew. */
  letReadersIn(): void;
  /** The process has ended; resolves when a containerd that is back has read its output, or reads no more. */
  heard(): Promise<void>;
  /** The process has ended; resolves when all of its output is where it belongs. */
  drained(): Promise<void>;
  close(): void;
}
