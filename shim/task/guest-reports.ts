import { atFdcwd, native } from "../../native/native.ts";
import { endOf, type GuestEnd, parseReports } from "../../oci/report.ts";
import type { HostPath } from "../../oci/grant.ts";
import { systemError } from "../host/errno.ts";
import { open } from "../host/open-flags.ts";
import { closeWatched, ready, whenReady } from "../host/readiness.ts";
import { writeAll } from "../host/write-all.ts";

/** Bytes of reports that are kept of one container; what an engine sends beyond is dropped. */
const maxBytes = 64 * 1024;
/** Messages of other processes before nothing more is read. */
const maxForeign = 100;

const buffer = new Uint8Array(maxBytes);

/**
 * What the engine of one container reports, one message of a socket each. The engine inherits the other end, which
 * has no name in the container. Should another process take it out of the engine, the kernel says which process sent each
 * message: only those of the container's first process count.
 */
export class GuestReports implements Disposable {
  /** The engine's end, for the low-level runtime to pass on. */
  readonly sender: number;
  readonly #receiver: number;
  /** Where the reports are copied for the monitor. */
  readonly file: HostPath | undefined;
  #pid = 0;
  #text = "";
  #foreign = 0;
  #isOpen = true;

  constructor(file: HostPath | undefined) {
    const pair = native.messagePair();
    if (typeof pair === "number") throw systemError(pair, "create", "a socket for the engine's reports");
    [this.#receiver, this.sender] = pair;
    this.file = file;
  }

  /** Closes our copy of the engine's end: the end of the stream is seen when the engine has exited. */
  closeSender(): void {
    native.close(this.sender);
  }

  /** From now on the messages of process `pid` are read as they come. */
  listen(pid: number): void {
    this.#pid = pid;
    if (this.file !== undefined) makeEmpty(this.file);
    void this.#read();
  }

  /** All reports until now, one a line. */
  get text(): string {
    this.#drain();
    return this.#text;
  }

  /** How the guest ended, as its engine has reported it; once the engine has exited that is all there will be. */
  end(): GuestEnd | undefined {
    this.#drain();
    return endOf(parseReports(this.#text));
  }

  [Symbol.dispose](): void {
    this.#close();
    if (this.file !== undefined) native.unlinkat(atFdcwd, this.file, 0);
  }

  async #read(): Promise<void> {
    while (this.#isOpen) {
      await whenReady(this.#receiver, ready.read).catch(() => this.#close());
      this.#drain();
    }
  }

  #drain(): void {
    while (this.#isOpen) {
      const message = native.receiveMessage(this.#receiver, buffer.buffer, 0, buffer.length);
      if (message === emsgsize) continue;
      // -EAGAIN: the engine is at work. Anything else is the end, as is an empty message.
      if (typeof message === "number") return message === eagain ? undefined : this.#close();
      const [length, pid] = message;
      if (length === 0) return this.#close();
      if (pid === this.#pid) this.#take(buffer.subarray(0, length));
      else if (++this.#foreign >= maxForeign) this.#close();
    }
  }

  #take(bytes: Uint8Array): void {
    const text = new TextDecoder().decode(bytes);
    if (this.#text.length + text.length > maxBytes) return;
    this.#text += text;
    if (this.file !== undefined) append(this.file, bytes);
  }

  #close(): void {
    if (this.#isOpen) closeWatched(this.#receiver);
    this.#isOpen = false;
  }
}

const [eagain, emsgsize] = [-11, -90];

// The monitor reads it; without it the module of a guest is not known there.
function makeEmpty(file: HostPath): void {
  native.unlinkat(atFdcwd, file, 0);
  const flags = open.writeOnly | open.create | open.exclusive | open.noFollow;
  const fd = native.openat(atFdcwd, file, flags, 0o600);
  if (fd >= 0) native.close(fd);
}

function append(file: HostPath, bytes: Uint8Array): void {
  const fd = native.openat(atFdcwd, file, open.writeOnly | open.append | open.noFollow, 0);
  if (fd < 0) return;
  writeAll(fd, bytes);
  native.close(fd);
}
