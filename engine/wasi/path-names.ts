import { native } from "../../native/native.ts";
import type { Context, WasiFunctions } from "./context.ts";
import type { Directory } from "./directory.ts";
import { Errno, errnoOf } from "./errno.ts";
import { AT_REMOVEDIR, EINVAL, ENOTDIR, EXDEV } from "./linux.ts";
import type { Place } from "./lookup.ts";
import { symlinkFollow } from "./path-open.ts";
import { readPath, readText } from "./path.ts";
import { Right } from "./rights.ts";

/** path_create_directory, path_remove_directory, path_unlink_file. */
export function pathNamesFunctions(context: Context): WasiFunctions {
  const { lookup } = context;
  return {
    path_create_directory(fd: number, path: number, length: number): number {
      const named = readNamed(context, { fd, path, length, right: Right.pathCreateDirectory });
      if (typeof named === "number") return named;
      return errnoOf(
        lookup.create(named.directory, named.path, (at) => native.mkdirat(at.fd, at.name, 0o777)),
      );
    },
    path_remove_directory(fd: number, path: number, length: number): number {
      const named = readNamed(context, { fd, path, length, right: Right.pathRemoveDirectory });
      if (typeof named === "number") return named;
      return errnoOf(
        lookup.remove(named.directory, named.path, (at) => native.unlinkat(at.fd, at.name, AT_REMOVEDIR)),
      );
    },
    path_unlink_file(fd: number, path: number, length: number): number {
      const named = readNamed(context, { fd, path, length, right: Right.pathUnlinkFile });
      if (typeof named === "number") return named;
      return errnoOf(lookup.remove(named.directory, named.path, (at) => native.unlinkat(at.fd, at.name, 0)));
    },
  };
}

/** path_rename, path_link. */
export function pathPairsFunctions(context: Context): WasiFunctions {
  return {
    path_rename(fd: number, path: number, length: number, toFd: number, toPath: number, toLength: number) {
      const from = readNamed(context, { fd, path, length, right: Right.pathRenameSource });
      if (typeof from === "number") return from;
      const operand = { fd: toFd, path: toPath, length: toLength, right: Right.pathRenameTarget };
      const to = readNamed(context, operand);
      return typeof to === "number" ? to : errnoOf(rename(context, from, to));
    },
    path_link(
      fd: number,
      lookupflags: number,
      path: number,
      length: number,
      toFd: number,
      toPath: number,
      toLength: number,
    ): number {
      if (lookupflags & symlinkFollow) return Errno.inval;
      const from = readNamed(context, { fd, path, length, right: Right.pathLinkSource });
      if (typeof from === "number") return from;
      const operand = { fd: toFd, path: toPath, length: toLength, right: Right.pathLinkTarget };
      const to = readNamed(context, operand);
      return typeof to === "number" ? to : errnoOf(link(context, from, to));
    },
  };
}

/** path_symlink, path_readlink. */
export function pathSymlinkFunctions(context: Context): WasiFunctions {
  const { memory, lookup } = context;
  return {
    path_symlink(target: number, targetLength: number, fd: number, path: number, length: number): number {
      const text = readText(memory, target >>> 0, targetLength >>> 0);
      if (typeof text === "number") return text;
      // Preview 1 knows no absolute paths, so a link cannot hold one either; those of an image are followed.
      if (text.startsWith("/")) return Errno.notcapable;
      const named = readNamed(context, { fd, path, length, right: Right.pathSymlink });
      if (typeof named === "number") return named;
      return errnoOf(
        lookup.create(named.directory, named.path, (at) => native.symlinkat(text, at.fd, at.name)),
      );
    },
    path_readlink(fd: number, path: number, length: number, buffer: number, size: number, out: number) {
      const named = readNamed(context, { fd, path, length, right: Right.pathReadlink });
      if (typeof named === "number") return named;
      if (!memory.fits(buffer >>> 0, size >>> 0) || !memory.fits(out >>> 0, 4)) return Errno.fault;
      const used = lookup.at(named.directory, named.path, (at) => {
        // With a slash at its end the name is that of a directory: the kernel would follow the link.
        if (at.name.endsWith("/") || isMounted(at)) return -EINVAL;
        return native.readlinkat(at.fd, at.name, memory.buffer, buffer >>> 0, size >>> 0);
      });
      if (used >= 0) memory.putU32(out >>> 0, used);
      return errnoOf(used);
    },
  };
}

/** A directory and a path beneath it, as the guest gave them. */
interface Named {
  readonly directory: Directory;
  readonly path: string;
}

function readNamed(
  { memory, table }: Context,
  operand: { readonly fd: number; readonly path: number; readonly length: number; readonly right: number },
): Named | number {
  const directory = table.directory(operand.fd >>> 0, operand.right);
  if (typeof directory === "number") return directory;
  const path = readPath(memory, operand.path >>> 0, operand.length >>> 0);
  return typeof path === "number" ? path : { directory, path };
}

function rename({ lookup }: Context, from: Named, to: Named): number {
  return lookup.remove(from.directory, from.path, (source) =>
    lookup.remove(to.directory, to.path, (target) =>
      lookup.mountOf(from.directory, source) === lookup.mountOf(to.directory, target)
        ? native.renameat(source.fd, source.name, target.fd, target.name)
        : -EXDEV,
    ),
  );
}

function link({ lookup }: Context, from: Named, to: Named): number {
  return lookup.at(from.directory, from.path, (source) =>
    lookup.create(to.directory, to.path, (target) => {
      // The kernel would follow a name that ends in a slash, and nothing but a directory has one.
      if (source.name.endsWith("/")) return -ENOTDIR;
      // One file in two mounts would have the rights of both.
      if (lookup.mountOf(from.directory, source) !== lookup.mountOf(to.directory, target)) return -EXDEV;
      return native.linkat(source.fd, source.name, target.fd, target.name, 0);
    }),
  );
}

function isMounted(place: Place): boolean {
  const kind = place.entry?.kind;
  return kind === "directory" || kind === "file" || kind === "stream";
}
