import { native } from "../../../native/native.ts";
import { WrunError } from "../../../oci/error.ts";
import type { HostPath } from "../../../oci/grant.ts";
import { checked } from "../../host/errno.ts";
import { linuxFiles } from "../../host/files.ts";
import { open } from "../../host/open-flags.ts";
import { closeOnce } from "../../host/readiness.ts";

const afUnix = 1;
const pollIn = 1;
let count = 0;

/** A socket at which the low-level runtime leaves the terminal that it has made (runc: docs/terminals.md). */
export class ConsoleSocket {
  readonly path: HostPath;
  readonly #listener: number;
  readonly #closeListener: () => void;

  /** `folder` must have a short name: that of a socket has 107 bytes at most (unix(7)). */
  constructor(folder: HostPath) {
    this.path = `${folder}/console-${native.getpid()}-${++count}`;
    // What an earlier process of our pid has left, which was killed.
    linuxFiles.removeFile(this.path);
    this.#listener = checked(native.listen(afUnix, this.path, 0, 1), "listen at", this.path);
    this.#closeListener = closeOnce(this.#listener);
  }

  /**
   * The terminal's controlling end, non-blocking. To be asked for when the runtime has ended well: it has left one by
   * then, or never will. (crun connects even where config.json asks for no terminal, and the container keeps the connection.)
   */
  terminal(): number {
    this.#checkReadable(this.#listener);
    const connection = checked(native.accept(this.#listener, 0), "accept at", this.path);
    try {
      this.#checkReadable(connection);
      const terminal = checked(native.recvFd(connection), "receive a terminal at", this.path);
      native.setFlags(terminal, open.readWrite | open.nonBlocking);
      return terminal;
    } finally {
      native.close(connection);
    }
  }

  /** Takes the socket away, with a terminal that nobody has asked for. */
  close(): void {
    this.#closeListener();
    linuxFiles.removeFile(this.path);
  }

  #checkReadable(fd: number): void {
    if (native.poll(Int32Array.of(fd, pollIn, 0), 1, 0n) > 0) return;
    throw new WrunError("io", "the low-level runtime has made no terminal: config.json asks for none");
  }
}
