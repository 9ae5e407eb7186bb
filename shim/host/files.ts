import { atFdcwd, native, statFields } from "../../native/native.ts";
import { entriesOf } from "./directory-entries.ts";
import { checked, systemError } from "./errno.ts";
import type { HostFiles, Lock } from "./host.ts";
import { makeMountPoint } from "./mount-points.ts";
import { open } from "./open-flags.ts";
import { readRegularFile } from "./regular-file.ts";
import { removeTree } from "./remove-tree.ts";
import { writeAll } from "./write-all.ts";

const enoent = -2;
const eexist = -17;
const atRemovedir = 0x200;
const lockExclusive = 2;
const atSymlinkNofollow = 0x100;

/** HostFiles on Linux. Descriptors of ours are close-on-exec: the addon sees to that. */
export const linuxFiles: HostFiles = {
  makeDirectory: (path) => {
    const result = native.mkdirat(atFdcwd, path, 0o700);
    if (result === eexist) return false;
    checked(result, "create", path);
    return true;
  },

  entries: (path) => {
    const fd = native.openat(atFdcwd, path, open.readOnly | open.directory, 0);
    if (fd === enoent) return [];
    checked(fd, "list", path);
    try {
      return entriesOf(fd, path);
    } finally {
      native.close(fd);
    }
  },

  exists: (path) => native.fstatat(atFdcwd, path, atSymlinkNofollow, newStat()) >= 0,

  isPrivate: (path) => {
    const stat = newStat();
    if (native.fstatat(atFdcwd, path, atSymlinkNofollow, stat) < 0) return false;
    const mode = Number(stat[statFields.mode]);
    const isDirectory = (mode & 0o170000) === 0o040000;
    return isDirectory && (mode & 0o022) === 0 && Number(stat[statFields.uid]) === native.geteuid();
  },

  readText: (path, options) => {
    const bytes = readRegularFile(path, options);
    return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
  },

  writeText: (path, text, mode) => {
    const temporary = `${path}.${native.getpid()}.new`;
    const flags = open.writeOnly | open.create | open.exclusive | open.noFollow;
    native.unlinkat(atFdcwd, temporary, 0);
    const fd = checked(native.openat(atFdcwd, temporary, flags, mode), "write", path);
    const written = writeAll(fd, text);
    native.close(fd);
    const result = written < 0 ? written : native.renameat(atFdcwd, temporary, atFdcwd, path);
    if (result >= 0) return;
    native.unlinkat(atFdcwd, temporary, 0);
    throw systemError(result, "write", path);
  },

  makeFifo: (path) => {
    checked(native.mkfifoat(atFdcwd, path, 0o600), "create", path);
  },

  makeMountPoint,

  removeFile: (path) => {
    const result = native.unlinkat(atFdcwd, path, 0);
    if (result !== enoent) checked(result, "remove", path);
  },

  removeEmpty: (path) => void native.unlinkat(atFdcwd, path, atRemovedir),

  removeTree,

  lock: (path) => {
    const fd = native.openat(atFdcwd, path, open.readOnly | open.directory | open.noFollow, 0);
    if (fd === enoent) return undefined;
    checked(fd, "open", path);
    checked(native.flock(fd, lockExclusive), "lock", path);
    if (isAt(fd, path)) return lockOn(fd, path);
    native.close(fd);
    return undefined;
  },
};

function lockOn(fd: number, path: string): Lock {
  return { path, [Symbol.dispose]: () => void native.close(fd) };
}

// Who held the lock may have removed the directory, and somebody else made it anew.
function isAt(fd: number, path: string): boolean {
  const ours = newStat();
  const there = newStat();
  return (
    native.fstat(fd, ours) >= 0 &&
    native.fstatat(atFdcwd, path, atSymlinkNofollow, there) >= 0 &&
    ours[statFields.ino] === there[statFields.ino] &&
    ours[statFields.dev] === there[statFields.dev]
  );
}

function newStat(): BigInt64Array {
  return new BigInt64Array(statFields.count);
}
