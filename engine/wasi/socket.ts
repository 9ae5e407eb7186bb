import { native } from "../../native/native.ts";
import type { GuestMemory } from "../memory.ts";
import { type Descriptor, Filetype, type Receive } from "./descriptor.ts";
import { Errno, errnoOf } from "./errno.ts";
import { Fdflag } from "./fdflags.ts";
import {
  EAGAIN,
  MSG_DONTWAIT,
  MSG_PEEK,
  MSG_TRUNC,
  MSG_WAITALL,
  O_NONBLOCK,
  POLLIN,
  POLLOUT,
  SO_ACCEPTCONN,
  SO_TYPE,
  SOCK_DGRAM,
} from "./linux.ts";
import { listenerRights, Right, socketRights } from "./rights.ts";
import { Stream } from "./stream.ts";

/** `$riflags` and `$roflags`. */
const Riflag = { peek: 1, waitall: 2 } as const;
const dataTruncated = 1;

/** SHUT_RD, SHUT_WR, SHUT_RDWR for `$sdflags` 1 read, 2 write, 3 both. */
const howOf = [undefined, 0, 1, 2];

const outFlags = new Int32Array(1);

/** A connected socket: one that was accepted, or stdio that is a socket. */
export class Socket extends Stream {
  override receive(iovs: number, count: number, { flags: riflags, out, outFlags: roflags }: Receive): number {
    if (this.lacks(Right.fdRead)) return Errno.notcapable;
    if ((riflags & ~(Riflag.peek | Riflag.waitall)) !== 0) return Errno.inval;
    const memory = this.memory;
    if (!memory.fits(out, 4) || !memory.fits(roflags, 2)) return Errno.fault;
    if (this.wouldBlock(POLLIN)) return Errno.again;
    const flags = (riflags & Riflag.peek ? MSG_PEEK : 0) | (riflags & Riflag.waitall ? MSG_WAITALL : 0);
    for (;;) {
      const result = native.recv(this.fd, memory.buffer, iovs, count, flags, outFlags);
      if (result === -EAGAIN && this.waits(POLLIN)) continue;
      if (result < 0) return errnoOf(result);
      memory.putU32(out, result);
      memory.putU16(roflags, (outFlags[0] ?? 0) & MSG_TRUNC ? dataTruncated : 0);
      return Errno.success;
    }
  }

  override send(iovs: number, count: number, out: number): number {
    if (this.lacks(Right.fdWrite)) return Errno.notcapable;
    const memory = this.memory;
    if (!memory.fits(out, 4)) return Errno.fault;
    if (this.wouldBlock(POLLOUT)) return Errno.again;
    for (;;) {
      const result = native.send(this.fd, memory.buffer, iovs, count, this.nonblocking ? MSG_DONTWAIT : 0);
      if (result === -EAGAIN && this.waits(POLLOUT)) continue;
      if (result < 0) return errnoOf(result);
      memory.putU32(out, result);
      return Errno.success;
    }
  }

  override shutdown(sdflags: number): number {
    if (this.lacks(Right.sockShutdown)) return Errno.notcapable;
    const how = howOf[sdflags];
    if (how === undefined) return Errno.inval;
    return errnoOf(native.shutdown(this.fd, how));
  }
}

/** A socket that listens. */
class Listener extends Socket {
  override read(): number {
    return Errno.notsup;
  }

  override write(): number {
    return Errno.notsup;
  }

  override accept(fdflags: number): Descriptor | number {
    if (this.lacks(Right.sockAccept)) return Errno.notcapable;
    if ((fdflags & ~Fdflag.nonblock) !== 0) return Errno.inval;
    // SOCK_NONBLOCK is O_NONBLOCK's number.
    const flags = fdflags & Fdflag.nonblock ? O_NONBLOCK : 0;
    for (;;) {
      if (this.wouldBlock(POLLIN)) return Errno.again;
      const fd = native.accept(this.fd, flags);
      if (fd === -EAGAIN && this.waits(POLLIN)) continue;
      return fd < 0 ? errnoOf(fd) : openSocket(this.memory, fd, { shared: false });
    }
  }

  override readable(): bigint {
    return 1n;
  }
}

/** The descriptor for the host's socket `fd`. */
export function openSocket(memory: GuestMemory, fd: number, options: { readonly shared: boolean }): Socket {
  const filetype =
    native.getsockopt(fd, SO_TYPE) === SOCK_DGRAM ? Filetype.socketDgram : Filetype.socketStream;
  if (native.getsockopt(fd, SO_ACCEPTCONN) === 1) {
    return new Listener(memory, fd, {
      filetype,
      rights: listenerRights,
      inheriting: socketRights,
      ...options,
    });
  }
  return new Socket(memory, fd, { filetype, rights: socketRights, inheriting: 0, ...options });
}
