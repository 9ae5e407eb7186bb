import { atFdcwd, engineFolder, native, statFields } from "../../native/native.ts";
import { AT_SYMLINK_NOFOLLOW, O_DIRECTORY } from "./linux.ts";

// The engine is a handful of files.
const bufferSize = 8192;
// linux_dirent64: u64 inode, s64 offset of the next, u16 length of the record, u8 type; then the name, NUL.
const [lengthOffset, nameOffset] = [16, 19];

const own = new BigInt64Array(statFields.count);

/** Whether `stat` is of the directory that the engine itself was started from. */
export function isEngineFolder(stat: BigInt64Array): boolean {
  const { dev, ino } = statFields;
  if (own[ino] === 0n && native.fstatat(atFdcwd, engineFolder, 0, own) < 0) return false;
  return stat[dev] === own[dev] && stat[ino] === own[ino];
}

/**
 * Calls `visit` with the status of each of the engine's files, and whether it is a mount of its own; false where they
 * cannot all be found.
 */
export function visitEngineFiles(visit: (stat: BigInt64Array, isMount: boolean) => void): boolean {
  const fd = native.openat(atFdcwd, engineFolder, O_DIRECTORY, 0);
  if (fd < 0) return false;
  const records = new Uint8Array(bufferSize);
  const length = native.getdents(fd, records.buffer, 0, bufferSize);
  const stat = new BigInt64Array(statFields.count);
  const view = new DataView(records.buffer);
  for (let at = 0; at < length; at += view.getUint16(at + lengthOffset, true)) {
    const name = nameAt(records, at + nameOffset);
    if (name === "." || name === ".." || native.fstatat(fd, name, AT_SYMLINK_NOFOLLOW, stat) < 0) continue;
    visit(stat, stat[statFields.mountId] !== own[statFields.mountId]);
  }
  const isAll = length > 0 && native.getdents(fd, records.buffer, 0, bufferSize) === 0;
  native.close(fd);
  return isAll;
}

// The names are ours: plain ASCII.
function nameAt(records: Uint8Array, start: number): string {
  let name = "";
  for (let at = start; records[at] !== 0; at++) name += String.fromCharCode(records[at] ?? 0);
  return name;
}
