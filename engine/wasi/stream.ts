import { native } from "../../native/native.ts";
import type { GuestMemory } from "../memory.ts";
import { Descriptor, release } from "./descriptor.ts";
import { Errno, errnoOf } from "./errno.ts";
import { Fdflag, fromOpenFlags, toOpenFlags } from "./fdflags.ts";
import { putFilestat } from "./filestat.ts";
import { EAGAIN, O_NONBLOCK, POLLIN, POLLOUT } from "./linux.ts";
import { Right } from "./rights.ts";

/** What a pipe takes at least, once poll says that it takes anything (PIPE_BUF). */
const pipeBuf = 4096;

const one = new Int32Array(3);

/** Waits until `fd` is ready for `events`; false where it was not within `timeout` nanoseconds. */
function waitFor(fd: number, events: number, timeout: bigint): boolean {
  one[0] = fd;
  one[1] = events;
  return native.poll(one, 1, timeout) !== 0;
}

/** How a stream came to be ours. */
export interface StreamKind {
  readonly filetype: number;
  readonly rights: number;
  readonly inheriting: number;
  /** Its open file description belongs to others too, so its flags are not ours to change. */
  readonly shared: boolean;
}

/**
 * A pipe, a terminal or a socket: bytes without a position.
 *
 * O_NONBLOCK lives in the open file description, which stdio shares with whoever started us. So for those it
 * is acted out here, in both directions: a caller's O_NONBLOCK never shows as EAGAIN to a guest that did not
 * ask for it, and a guest's never reaches the caller.
 */
export class Stream extends Descriptor {
  readonly fd: number;
  readonly filetype: number;
  protected readonly memory: GuestMemory;
  readonly #shared: boolean;
  protected nonblocking = false;

  constructor(memory: GuestMemory, fd: number, kind: StreamKind) {
    super(kind.rights, kind.inheriting);
    this.memory = memory;
    this.fd = fd;
    this.filetype = kind.filetype;
    this.#shared = kind.shared;
    if (!kind.shared) this.nonblocking = (native.getFlags(fd) & O_NONBLOCK) !== 0;
  }

  close(): number {
    return release(this.fd);
  }

  flags(): number {
    const rest = fromOpenFlags(native.getFlags(this.fd)) & ~Fdflag.nonblock;
    return this.nonblocking ? rest | Fdflag.nonblock : rest;
  }

  override setFlags(fdflags: number): number {
    if (this.lacks(Right.fdFdstatSetFlags)) return Errno.notcapable;
    const flags = toOpenFlags(fdflags);
    if (flags === undefined) return Errno.inval;
    if (!this.#shared) {
      const result = native.setFlags(this.fd, flags);
      if (result < 0) return errnoOf(result);
    }
    this.nonblocking = (fdflags & Fdflag.nonblock) !== 0;
    return Errno.success;
  }

  override read(iovs: number, count: number, out: number): number {
    if (this.lacks(Right.fdRead)) return Errno.notcapable;
    const memory = this.memory;
    if (!memory.fits(out, 4)) return Errno.fault;
    if (this.wouldBlock(POLLIN)) return Errno.again;
    for (;;) {
      const result = native.readv(this.fd, memory.buffer, iovs, count);
      if (result === -EAGAIN && this.waits(POLLIN)) continue;
      if (result < 0) return errnoOf(result);
      memory.putU32(out, result);
      return Errno.success;
    }
  }

  override write(iovs: number, count: number, out: number): number {
    if (this.lacks(Right.fdWrite)) return Errno.notcapable;
    const memory = this.memory;
    if (!memory.fits(out, 4)) return Errno.fault;
    if (this.nonblocking && this.#shared) return this.#writeSome(iovs, count, out);
    for (;;) {
      const result = native.writev(this.fd, memory.buffer, iovs, count);
      if (result === -EAGAIN && this.waits(POLLOUT)) continue;
      if (result < 0) return errnoOf(result);
      memory.putU32(out, result);
      return Errno.success;
    }
  }

  override filestat(out: number): number {
    if (this.lacks(Right.fdFilestatGet)) return Errno.notcapable;
    return putFilestat(this.memory, out, this.fd, this.filetype);
  }

  override readable(): bigint {
    const bytes = native.bytesReadable(this.fd);
    return bytes < 0 ? 1n : BigInt(bytes);
  }

  /** Whether the guest asked for EAGAIN and poll says that it would come. */
  protected wouldBlock(events: number): boolean {
    return this.nonblocking && !waitFor(this.fd, events, 0n);
  }

  /** After EAGAIN: waits, unless the guest asked not to. */
  protected waits(events: number): boolean {
    return !this.nonblocking && waitFor(this.fd, events, -1n);
  }

  // As much as cannot block: what poll vouches for, of the first part that is not empty.
  #writeSome(iovs: number, count: number, out: number): number {
    const memory = this.memory;
    if (!memory.fits(iovs, count * 8)) return Errno.fault;
    let at = iovs;
    while (at < iovs + (count - 1) * 8 && memory.u32(at + 4) === 0) at += 8;
    const length = count === 0 ? 0 : Math.min(memory.u32(at + 4), pipeBuf);
    if (!waitFor(this.fd, POLLOUT, 0n)) return Errno.again;
    const result = native.write(this.fd, memory.buffer, length === 0 ? 0 : memory.u32(at), length);
    if (result < 0) return errnoOf(result);
    memory.putU32(out, result);
    return Errno.success;
  }
}
