import { native } from "../../../native/native.ts";
import { WrunError } from "../../../oci/error.ts";
import type { HostPath } from "../../../oci/grant.ts";
import { checked } from "../../host/errno.ts";
import { linuxFiles } from "../../host/files.ts";
import { open } from "../../host/open-flags.ts";
import { closeWatched, ready, whenReady } from "../../host/readiness.ts";

const afUnix = 1;
let count = 0;

/** A socket at which the low-level runtime leaves the terminal that it has made (runc: docs/terminals.md). */
export class ConsoleSocket {
  readonly path: HostPath;
  readonly #listener: number;
  readonly #terminal: Promise<number>;

  /** `folder` must have a short name: that of a socket has 107 bytes at most (unix(7)). */
  constructor(folder: HostPath) {
    this.path = `${folder}/console-${native.getpid()}-${++count}`;
    this.#listener = checked(native.listen(afUnix, this.path, 0, 1), "listen at", this.path);
    this.#terminal = receive(this.#listener, this.path);
    this.#terminal.catch(() => undefined);
  }

  /** The terminal's controlling end, non-blocking. To be asked for when the runtime has ended well. */
  async terminal(): Promise<number> {
    const terminal = await this.#terminal;
    native.setFlags(terminal, open.readWrite | open.nonBlocking);
    return terminal;
  }

  close(): void {
    closeWatched(this.#listener);
    linuxFiles.removeFile(this.path);
  }
}

async function receive(listener: number, path: HostPath): Promise<number> {
  if ((await whenReady(listener, ready.read)) === 0)
    throw new WrunError("io", "the low-level runtime has made no terminal");
  const connection = checked(native.accept(listener, 0), "accept at", path);
  try {
    await whenReady(connection, ready.read);
    return checked(native.recvFd(connection), "receive a terminal at", path);
  } finally {
    closeWatched(connection);
  }
}
