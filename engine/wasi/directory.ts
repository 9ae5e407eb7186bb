import { native } from "../../native/native.ts";
import type { GuestMemory } from "../memory.ts";
import { Cookies } from "./cookies.ts";
import { Descriptor, Filetype } from "./descriptor.ts";
import { Errno, errnoOf } from "./errno.ts";
import { toOpenFlags } from "./fdflags.ts";
import { putFilestat } from "./filestat.ts";
import { AT_EMPTY_PATH } from "./linux.ts";
import type { Root } from "./namespace.ts";
import { Right } from "./rights.ts";
import type { Base } from "./walk.ts";

/** What makes a directory descriptor: where it is, and what may be done with it. */
export interface DirectoryKind extends Base {
  readonly rights: number;
  readonly inheriting: number;
  /** The name that fd_prestat_dir_name tells; only preopens have one. */
  readonly preopenName?: string;
  readonly readOnly: boolean;
}

/** An open directory: what every path_* call starts from. */
export class Directory extends Descriptor implements Base {
  readonly filetype: number = Filetype.directory;
  readonly fd: number;
  readonly path: string;
  readonly root: Root;
  readonly climbs: boolean;
  readonly preopenName: string | undefined;
  readonly #readOnly: boolean;
  readonly #memory: GuestMemory;
  #cookies: Cookies | undefined;

  constructor(memory: GuestMemory, kind: DirectoryKind) {
    super(kind.rights, kind.inheriting);
    this.#memory = memory;
    this.fd = kind.fd;
    this.path = kind.path;
    this.root = kind.root;
    this.climbs = kind.climbs;
    this.preopenName = kind.preopenName;
    this.#readOnly = kind.readOnly;
  }

  // A preopen's descriptor stays: other lookups pass through it.
  close(): number {
    this.#cookies?.release();
    this.#cookies = undefined;
    return this.preopenName === undefined ? errnoOf(native.close(this.fd)) : Errno.success;
  }

  /** Where fd_readdir has been. */
  get cookies(): Cookies {
    return (this.#cookies ??= new Cookies());
  }

  flags(): number {
    return 0;
  }

  override setFlags(fdflags: number): number {
    if (this.lacks(Right.fdFdstatSetFlags)) return Errno.notcapable;
    return toOpenFlags(fdflags) === undefined ? Errno.inval : Errno.success;
  }

  override read(): number {
    return Errno.isdir;
  }
  override write(): number {
    return Errno.isdir;
  }
  override pread(): number {
    return Errno.isdir;
  }
  override pwrite(): number {
    return Errno.isdir;
  }
  override seek(): number {
    return Errno.isdir;
  }
  override tell(): number {
    return Errno.isdir;
  }
  override advise(): number {
    return Errno.isdir;
  }
  override allocate(): number {
    return Errno.isdir;
  }
  override setSize(): number {
    return Errno.isdir;
  }

  override sync(): number {
    return this.lacks(Right.fdSync) ? Errno.notcapable : errnoOf(native.fsync(this.fd));
  }

  override datasync(): number {
    return this.lacks(Right.fdDatasync) ? Errno.notcapable : errnoOf(native.fdatasync(this.fd));
  }

  override filestat(out: number): number {
    if (this.lacks(Right.fdFilestatGet)) return Errno.notcapable;
    return putFilestat(this.#memory, out, this.fd);
  }

  override setTimes(atim: bigint, mtim: bigint): number {
    if (this.lacks(Right.fdFilestatSetTimes)) return Errno.notcapable;
    if (this.#readOnly) return Errno.rofs;
    return errnoOf(native.utimensat(this.fd, "", atim, mtim, AT_EMPTY_PATH));
  }
}
