import { native, statFields } from "../../native/native.ts";
import type { Context, WasiFunctions } from "./context.ts";
import { type Descriptor, Filetype, filetypeOf } from "./descriptor.ts";
import { Directory } from "./directory.ts";
import { Errno, errnoOf } from "./errno.ts";
import { Fdflag, toOpenFlags } from "./fdflags.ts";
import { File } from "./file.ts";
import { O_CREAT, O_DIRECTORY, O_EXCL, O_RDWR, O_TRUNC, O_WRONLY, S_IFIFO, S_IFMT } from "./linux.ts";
import { readPath } from "./path.ts";
import type { Opened } from "./resolver.ts";
import { directoryRights, fileRights, Right, streamRights, toRights } from "./rights.ts";
import { reopenStream } from "./stdio.ts";
import { Stream } from "./stream.ts";

/** `$lookupflags`. */
export const symlinkFollow = 1;

/** `$oflags`. */
const Oflag = { creat: 1, directory: 2, excl: 4, trunc: 8 } as const;
const allOflags = 15;

/** What a guest asked of path_open, beside the directory and the path. */
interface Request {
  readonly follow: boolean;
  readonly oflags: number;
  readonly rights: number;
  readonly inheriting: number;
  readonly fdflags: number;
}

/** path_open. */
export function pathOpenFunctions(context: Context): WasiFunctions {
  const { memory, table } = context;
  return {
    path_open(
      dirfd: number,
      lookupflags: number,
      path: number,
      length: number,
      oflags: number,
      rights: bigint,
      inheriting: bigint,
      fdflags: number,
      out: number,
    ): number {
      const directory = table.directory(dirfd >>> 0, Right.pathOpen);
      if (typeof directory === "number") return directory;
      const name = readPath(memory, path >>> 0, length >>> 0);
      if (typeof name === "number") return name;
      if (!memory.fits(out >>> 0, 4)) return Errno.fault;
      const opened = openPath(context, directory, {
        name,
        follow: (lookupflags & symlinkFollow) !== 0,
        oflags,
        rights: toRights(rights),
        inheriting: toRights(inheriting),
        fdflags,
      });
      if (typeof opened === "number") return opened;
      memory.putU32(out >>> 0, table.add(opened));
      return Errno.success;
    },
  };
}

function openPath(
  { memory, table, lookup }: Context,
  directory: Directory,
  request: Request & { readonly name: string },
): Descriptor | number {
  const flags = flagsOf(request);
  if (flags === undefined) return Errno.inval;
  const { base, inheriting } = needs(request);
  if (directory.lacks(base) || (inheriting & ~directory.inheriting) !== 0) return Errno.notcapable;
  if (table.isFull) return Errno.mfile;
  const opened = lookup.open(directory, request.name, { flags, mode: 0o666, follow: request.follow });
  if (opened.fd < 0) return errnoOf(opened.fd);
  const stream = lookup.namespace.streamAt(opened.path);
  if (stream !== undefined) return reopenStream({ memory, table }, stream.number, { fd: opened.fd, request });
  const readOnly = lookup.isReadOnly(directory, opened);
  const mode = Number(lookup.guard.stat[statFields.mode]);
  const filetype = filetypeOf(lookup.guard.stat);
  if (filetype === Filetype.directory)
    return openedDirectory(memory, opened, { directory, request, readOnly });
  if ((mode & S_IFMT) === S_IFIFO || (filetype === Filetype.characterDevice && native.isatty(opened.fd))) {
    const rights = request.rights & streamRights;
    return new Stream(memory, opened.fd, { filetype, rights, inheriting: 0, shared: false });
  }
  return new File(memory, opened.fd, { filetype, rights: request.rights & fileRights, readOnly });
}

function openedDirectory(
  memory: Context["memory"],
  opened: Opened,
  { directory, request, readOnly }: { directory: Directory; request: Request; readOnly: boolean },
): Directory {
  return new Directory(memory, {
    ...opened,
    root: directory.root,
    climbs: false,
    readOnly,
    rights: request.rights & directoryRights,
    inheriting: request.inheriting,
  });
}

// Undefined where the request contradicts itself or uses bits that mean nothing.
function flagsOf(request: Request): number | undefined {
  const { oflags, rights } = request;
  let flags = toOpenFlags(request.fdflags);
  if (flags === undefined || (oflags & ~allOflags) !== 0) return undefined;
  if (oflags & Oflag.creat && oflags & Oflag.directory) return undefined;
  if (rights & Right.fdWrite) flags |= rights & Right.fdRead ? O_RDWR : O_WRONLY;
  if (oflags & Oflag.creat) flags |= oflags & Oflag.excl ? O_CREAT | O_EXCL : O_CREAT;
  if (oflags & Oflag.directory) flags |= O_DIRECTORY;
  if (oflags & Oflag.trunc) flags |= O_TRUNC;
  return flags;
}

// What the directory must have: for the call itself, and to pass on.
function needs({ oflags, fdflags, rights, inheriting }: Request): { base: number; inheriting: number } {
  let base = 0;
  let passed = rights | inheriting;
  if (oflags & Oflag.creat) base |= Right.pathCreateFile;
  if (oflags & Oflag.trunc) base |= Right.pathFilestatSetSize;
  if (fdflags & Fdflag.dsync) passed |= Right.fdDatasync;
  if (fdflags & (Fdflag.rsync | Fdflag.sync)) passed |= Right.fdSync;
  return { base, inheriting: passed };
}
