import { createWasi, type Wasi } from "../../../engine/wasi/wasi.ts";
import { openPreopens } from "../../../engine/wasi/preopens.ts";
import type { Grant, Preopen } from "../../../oci/grant.ts";
import { bareGrant } from "../../bare-grant.ts";

/** An errno by its name in the specification. */
export const errno = {
  success: 0,
  acces: 2,
  again: 6,
  badf: 8,
  busy: 10,
  exist: 20,
  fault: 21,
  fbig: 22,
  ilseq: 25,
  inval: 28,
  isdir: 31,
  loop: 32,
  mfile: 33,
  nametoolong: 37,
  noent: 44,
  notdir: 54,
  notempty: 55,
  notsock: 57,
  notsup: 58,
  perm: 63,
  pipe: 64,
  rofs: 69,
  spipe: 70,
  xdev: 75,
  notcapable: 76,
} as const;

/** Bits of path_open. */
export const oflag = { creat: 1, directory: 2, excl: 4, trunc: 8 } as const;
export const right = {
  read: 1n << 1n,
  write: 1n << 6n,
  all: (1n << 30n) - 1n,
  /** All but those that would open a directory for writing. */
  directory: ((1n << 30n) - 1n) & ~(1n << 6n),
} as const;

/** What a test grants; the rest is empty. */
export type Granted = Partial<Grant> & { readonly walks?: boolean };

/** One directory of the host for the guest. */
export function directory(host: string, guest = "/", access: Preopen["access"] = "read-write"): Preopen {
  return { kind: "directory", host, guest, access };
}

/** One file of the host for the guest. */
export function file(host: string, guest: string, access: Preopen["access"] = "read-write"): Preopen {
  return { kind: "file", host, guest, access };
}

/** Thrown where the guest would have ended. */
export class Exited extends Error {
  readonly code: number;

  constructor(code: number) {
    super(`exited with ${code}`);
    this.code = code;
  }
}

/** A guest of which the test plays the code: it calls the host functions on a memory of its own. */
export class Guest {
  readonly memory: WebAssembly.Memory = new WebAssembly.Memory({ initial: 4 });
  readonly wasi: Wasi;
  #free = 1024;

  constructor({ walks = false, ...granted }: Granted) {
    const grant: Grant = { ...bareGrant, ...granted };
    this.wasi = createWasi(grant, openPreopens(grant, { walks }), (code) => {
      throw new Exited(code);
    });
    this.wasi.bind(this.memory);
  }

  get view(): DataView {
    return new DataView(this.memory.buffer);
  }

  /** Calls a host function by its name; its errno. */
  call(name: string, ...args: readonly (number | bigint)[]): number {
    const called = this.wasi.imports[name] as ((...args: readonly unknown[]) => number) | undefined;
    if (called === undefined) throw new Error(`no function ${name}`);
    return called(...args);
  }

  /** Room for `size` bytes, at a multiple of eight. */
  room(size: number): number {
    const at = this.#free;
    this.#free = (at + size + 7) & ~7;
    if (this.#free > this.memory.buffer.byteLength) throw new Error("the test's memory is used up");
    return at;
  }

  /** Forgets all that was put into memory. */
  forget(): void {
    this.#free = 1024;
  }

  /** Puts bytes into memory: pointer and length, as most calls take them. */
  put(text: string | Uint8Array): [number, number] {
    const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
    const at = this.room(bytes.length);
    new Uint8Array(this.memory.buffer).set(bytes, at);
    return [at, bytes.length];
  }

  text(at: number, length: number): string {
    return new TextDecoder().decode(new Uint8Array(this.memory.buffer).slice(at, at + length));
  }

  u32(at: number): number {
    return this.view.getUint32(at, true);
  }

  u64(at: number): bigint {
    return this.view.getBigUint64(at, true);
  }

  /** path_open; the descriptor, or -errno. */
  open(path: string, how: Open = {}): number {
    const { from = 3, follow = true, oflags = 0, rights = right.read, inheriting = 0n, fdflags = 0 } = how;
    const out = this.room(4);
    const name = this.put(path);
    const flags = follow ? 1 : 0;
    const result = this.call("path_open", from, flags, ...name, oflags, rights, inheriting, fdflags, out);
    return result === 0 ? this.u32(out) : -result;
  }

  /** Makes an array of iovecs for the parts. */
  iovs(...parts: readonly (readonly [number, number])[]): [number, number] {
    const at = this.room(parts.length * 8);
    for (const [index, [pointer, length]] of parts.entries()) {
      this.view.setUint32(at + index * 8, pointer, true);
      this.view.setUint32(at + index * 8 + 4, length, true);
    }
    return [at, parts.length];
  }

  /** fd_write of one text; the bytes written, or -errno. */
  write(fd: number, text: string): number {
    const out = this.room(4);
    const result = this.call("fd_write", fd, ...this.iovs(this.put(text)), out);
    return result === 0 ? this.u32(out) : -result;
  }

  /** fd_read of at most `most` bytes: what was read, or -errno. */
  read(fd: number, most = 256): string | number {
    const out = this.room(4);
    const buffer = this.room(most);
    const result = this.call("fd_read", fd, ...this.iovs([buffer, most]), out);
    return result === 0 ? this.text(buffer, this.u32(out)) : -result;
  }

  /** What the file says, or the errno (negative) of why it does not. */
  readFile(path: string, how: Open = {}): string | number {
    const fd = this.open(path, how);
    if (fd < 0) return fd;
    const text = this.read(fd);
    this.call("fd_close", fd);
    return text;
  }

  /** A call on one path; its errno. */
  on(name: string, path: string, from = 3): number {
    return this.call(name, from, ...this.put(path));
  }

  /** path_filestat_get: type and size, or -errno. */
  stat(path: string, { from = 3, follow = true } = {}): { type: number; size: bigint } | number {
    const out = this.room(64);
    const result = this.call("path_filestat_get", from, follow ? 1 : 0, ...this.put(path), out);
    return result === 0 ? { type: this.view.getUint8(out + 16), size: this.u64(out + 32) } : -result;
  }

  /** fd_readdir from the start to the end with buffers of `size` bytes: names in the order they came. */
  list(fd: number, size = 4096): string[] {
    const names: string[] = [];
    const buffer = this.room(size);
    const out = this.room(4);
    for (let cookie = 0n; ;) {
      const result = this.call("fd_readdir", fd, buffer, size, cookie, out);
      if (result !== 0) throw new Error(`fd_readdir: errno ${result}`);
      const used = this.u32(out);
      for (let at = buffer; at + 24 <= buffer + used;) {
        const length = this.u32(at + 16);
        if (at + 24 + length > buffer + used) break;
        cookie = this.u64(at);
        names.push(this.text(at + 24, length));
        at += 24 + length;
      }
      if (used < size) return names;
    }
  }
}

/** What a test may say of path_open. */
export interface Open {
  readonly from?: number;
  readonly follow?: boolean;
  readonly oflags?: number;
  readonly rights?: bigint;
  readonly inheriting?: bigint;
  readonly fdflags?: number;
}
