import { native, statFields } from "../../native/native.ts";
import type { GuestMemory } from "../memory.ts";
import { type Descriptor, Filetype, filetypeOf } from "./descriptor.ts";
import { Errno } from "./errno.ts";
import { Fdflag } from "./fdflags.ts";
import { File } from "./file.ts";
import { O_RDWR, O_WRONLY, S_IFDIR, S_IFMT, S_IFSOCK } from "./linux.ts";
import { fileRights, Right, streamRights, writingRights } from "./rights.ts";
import { openSocket } from "./socket.ts";
import { Stream } from "./stream.ts";
import type { DescriptorTable } from "./table.ts";

const stat = new BigInt64Array(statFields.count);

/** The guest's descriptor for our own `fd` 0, 1 or 2; undefined where the caller left it closed, or gave a directory. */
export function openStdio(memory: GuestMemory, fd: number): Descriptor | undefined {
  if (native.fstat(fd, stat) < 0) return undefined;
  const type = Number(stat[statFields.mode]) & S_IFMT;
  if (type === S_IFDIR) return undefined;
  if (type === S_IFSOCK) return openSocket(memory, fd, { shared: true });
  const filetype = filetypeOf(stat);
  const denied = deniedBy(native.getFlags(fd));
  if (filetype === Filetype.unknown || (filetype === Filetype.characterDevice && native.isatty(fd))) {
    const rights = streamRights & ~denied;
    return new Stream(memory, fd, { filetype, rights, inheriting: 0, shared: true });
  }
  // Whoever may only read a file does not set its times, and a device's are the host's.
  const readOnly = filetype !== Filetype.regularFile || (denied & Right.fdWrite) !== 0;
  return new File(memory, fd, { filetype, rights: fileRights & ~denied, readOnly });
}

/** What a guest wants of a standard stream that it opens by name. */
export interface Reopening {
  /** A duplicate of the stream, which is kept or closed here. */
  readonly fd: number;
  readonly request: { readonly rights: number; readonly fdflags: number };
}

/**
 * A second descriptor for what the guest has as `number`, with no right that the first does not have. Position and
 * flags are those of the first, so none of the latter is set but what we act out ourselves.
 */
export function reopenStream(
  { memory, table }: { readonly memory: GuestMemory; readonly table: DescriptorTable },
  number: number,
  { fd, request }: Reopening,
): Descriptor | number {
  const first = table.get(number);
  const opened = openStdio(memory, fd);
  const asked = request.rights & (Right.fdRead | Right.fdWrite);
  if (first === undefined || opened === undefined || first.lacks(asked)) {
    native.close(fd);
    return Errno.acces;
  }
  if (opened instanceof Stream) opened.setFlags(request.fdflags & Fdflag.nonblock);
  opened.rights &= request.rights & first.rights;
  return opened;
}

// What the descriptor was not opened for.
function deniedBy(flags: number): number {
  const access = flags & (O_WRONLY | O_RDWR);
  if (access === O_RDWR) return 0;
  return access === O_WRONLY ? Right.fdRead : writingRights;
}
