import { native } from "../../../native/native.ts";
import { WrunError } from "../../../oci/error.ts";
import type { HostPath } from "../../../oci/grant.ts";
import { checked } from "../../host/errno.ts";
import { linuxFiles } from "../../host/files.ts";
import { open } from "../../host/open-flags.ts";
import { closeOnce, closeWatched, ready, whenReady } from "../../host/readiness.ts";

const afUnix = 1;
const pollIn = 1;
let count = 0;

/** A socket at which the low-level runtime leaves the terminal that it has made (runc: docs/terminals.md). */
export class ConsoleSocket {
  readonly path: HostPath;
  readonly #listener: number;
  readonly #closeListener: () => void;
  readonly #terminal: Promise<number>;
  #connected = false;
  #taken = false;

  /** `folder` must have a short name: that of a socket has 107 bytes at most (unix(7)). */
  constructor(folder: HostPath) {
    this.path = `${folder}/console-${native.getpid()}-${++count}`;
    // What an earlier process of our pid has left, which was killed.
    linuxFiles.removeFile(this.path);
    this.#listener = checked(native.listen(afUnix, this.path, 0, 1), "listen at", this.path);
    this.#closeListener = closeOnce(this.#listener);
    this.#terminal = this.#receive();
    this.#terminal.catch(() => undefined);
  }

  /** The terminal's controlling end, non-blocking. To be asked for when the runtime has ended well. */
  async terminal(): Promise<number> {
    // The runtime is gone: what does not wait at the socket by now will never come.
    if (!this.#connected && !isReadable(this.#listener)) this.#closeListener();
    const terminal = await this.#terminal;
    this.#taken = true;
    native.setFlags(terminal, open.readWrite | open.nonBlocking);
    return terminal;
  }

  /** Takes the socket away, with a terminal that nobody has asked for. */
  close(): void {
    this.#closeListener();
    linuxFiles.removeFile(this.path);
    if (!this.#taken)
      void this.#terminal.then(
        (terminal) => native.close(terminal),
        () => undefined,
      );
    this.#taken = true;
  }

  async #receive(): Promise<number> {
    if ((await whenReady(this.#listener, ready.read)) === 0)
      throw new WrunError("io", "the low-level runtime has made no terminal");
    const connection = checked(native.accept(this.#listener, 0), "accept at", this.path);
    this.#connected = true;
    try {
      await whenReady(connection, ready.read);
      return checked(native.recvFd(connection), "receive a terminal at", this.path);
    } finally {
      closeWatched(connection);
    }
  }
}

function isReadable(fd: number): boolean {
  return native.poll(Int32Array.of(fd, pollIn, 0), 1, 0n) > 0;
}
