import { native } from "../../../native/native.ts";
import type { HostPath } from "../../../oci/grant.ts";
import { checked, systemError } from "../../host/errno.ts";
import { open } from "../../host/open-flags.ts";
import { closeOnce } from "../../host/readiness.ts";
import { reopen } from "../../host/reopen.ts";
import {
  giveTo,
  haveWritersClosed,
  type NamedFile,
  openReader,
  type StreamOwner,
  tryOpenWriter,
  withNamed,
} from "./fifo.ts";
import { pump } from "./pump.ts";

/** A FIFO that clients of containerd write, or a file. */
export interface InputSource {
  readonly fd: number;
  /** CloseIO was called: the end is read when its clients have closed the FIFO, too. */
  end(): void;
  close(): void;
}

/** A process's standard input; `fd` is what the process gets. */
export interface Input extends InputSource {
  /** The process has it now. */
  handOver(): void;
  /**
   * To be called before the process runs. Where clients have opened the FIFO and all have closed it by now, the process
   * reads what they wrote, and the end. Else it reads the end after end() alone.
   */
  start(): void;
}

/** The standard input of a process without a terminal, from the file at `path`. */
export function openInput(path: HostPath, owner?: StreamOwner): Input {
  return withNamed(path, (file) =>
    file.isFifo ? new PipedInput(new ClientFifo(file), { owner, path }) : plainInput(file),
  );
}

/** What is to be copied to a terminal, until end() is called: a client that detaches may attach again. */
export function openTerminalInput(path: HostPath): InputSource {
  return withNamed(path, (file) => {
    if (!file.isFifo) return plainInput(file);
    const fifo = new ClientFifo(file);
    try {
      fifo.hold();
      return fifo;
    } catch (error) {
      fifo.close();
      throw error;
    }
  });
}

/** The FIFO that clients write an input into. */
class ClientFifo implements InputSource {
  readonly fd: number;
  readonly close: () => void;
  readonly #path: HostPath;
  #closeWriter: (() => void) | undefined;

  constructor(file: NamedFile) {
    this.fd = openReader(file);
    this.#path = file.path;
    const closeReader = closeOnce(this.fd);
    this.close = () => {
      this.#closeWriter ??= () => undefined;
      this.#closeWriter();
      closeReader();
    };
  }

  /** From now on the end is read after end() alone, however many clients open and close it. */
  hold(): void {
    this.#closeWriter ??= closeOnce(checked(tryOpenWriter(this.fd), "open", this.#path));
  }

  end(): void {
    this.#closeWriter?.();
  }
}

/**
 * The process gets a pipe, into which the FIFO is copied. The FIFO itself would not do: where all its writers have closed
 * it, open("/dev/stdin") waits for another one (fifo(7)).
 *
 * From the start on a writing end is held, as by runc's shim: the process does not read the end before a client has come,
 * when one detaches, and when containerd, which is the client of a pod's containers, is restarted. It is not held before:
 * a client whose input ends before it knows the task does not call CloseIO, but only closes the FIFO.
 */
class PipedInput implements Input {
  readonly fd: number;
  readonly handOver: () => void;
  readonly #fifo: ClientFifo;
  readonly #pipe: number;
  readonly #closePipe: () => void;
  #isStarted = false;
  #hasEnded = false;

  constructor(
    fifo: ClientFifo,
    { owner, path }: { readonly owner: StreamOwner | undefined; readonly path: HostPath },
  ) {
    this.#fifo = fifo;
    const pipe = native.pipe();
    if (typeof pipe === "number") {
      fifo.close();
      throw systemError(pipe, "create", "a pipe");
    }
    [this.fd, this.#pipe] = pipe;
    this.handOver = closeOnce(this.fd);
    this.#closePipe = closeOnce(this.#pipe);
    try {
      giveTo(owner, this.fd, path);
      native.setFlags(this.#pipe, open.writeOnly | open.nonBlocking);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  start(): void {
    if (this.#isStarted) return;
    if (!haveWritersClosed(this.#fifo.fd)) this.#fifo.hold();
    this.#isStarted = true;
    if (this.#hasEnded) this.#fifo.end();
    const stop = (): void => this.#stop();
    void pump(this.#fifo.fd, this.#pipe).then(stop, stop);
  }

  // Before the start it is kept in mind: without a writer, be it the one that start() holds, a FIFO has no end (fifo(7)).
  end(): void {
    this.#hasEnded = true;
    if (this.#isStarted) this.#fifo.end();
  }

  close(): void {
    this.#isStarted = true;
    this.handOver();
    this.#stop();
  }

  #stop(): void {
    this.#fifo.close();
    this.#closePipe();
  }
}

function plainInput({ fd: named, path }: NamedFile): Input {
  const fd = checked(reopen(named, open.readOnly | open.noTerminal), "open", path);
  const close = closeOnce(fd);
  const nothing = (): void => undefined;
  return { fd, handOver: close, start: nothing, end: nothing, close };
}
