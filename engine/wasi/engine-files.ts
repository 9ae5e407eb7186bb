import { atFdcwd, engineFolder, native, statFields } from "../../native/native.ts";
import { AT_SYMLINK_NOFOLLOW, O_DIRECTORY } from "./linux.ts";

// The engine is a handful of files.
const bufferSize = 8192;
// linux_dirent64: u64 inode, s64 offset of the next, u16 length of the record, u8 type; then the name, NUL.
const [lengthOffset, nameOffset] = [16, 19];

const own = new BigInt64Array(statFields.count);

/** Whether `stat` is of the directory that the engine itself was started from. */
export function isEngineFolder(stat: BigInt64Array): boolean {
  if (own[statFields.ino] === 0n && native.fstatat(atFdcwd, engineFolder, 0, own) < 0) return false;
  const { dev, ino } = statFields;
  return stat[dev] === own[dev] && stat[ino] === own[ino];
}

/**
 * Calls `visit` with the status of each of the engine's files, of those mounted among them too; false where they
 * cannot all be found.
 */
export function visitEngineFiles(visit: (stat: BigInt64Array) => void): boolean {
  const fd = native.openat(atFdcwd, engineFolder, O_DIRECTORY, 0);
  if (fd < 0) return false;
  const records = new Uint8Array(bufferSize);
  const length = native.getdents(fd, records.buffer, 0, bufferSize);
  const isAll = length > 0 && native.getdents(fd, new ArrayBuffer(bufferSize), 0, bufferSize) === 0;
  const stat = new BigInt64Array(statFields.count);
  for (const name of namesIn(records.subarray(0, Math.max(length, 0))))
    if (native.fstatat(fd, name, AT_SYMLINK_NOFOLLOW, stat) >= 0) visit(stat);
  native.close(fd);
  return isAll;
}

function* namesIn(records: Uint8Array<ArrayBuffer>): Iterable<string> {
  const view = new DataView(records.buffer);
  for (let at = 0; at < records.length; at += view.getUint16(at + lengthOffset, true)) {
    const name = records.subarray(at + nameOffset, records.indexOf(0, at + nameOffset));
    const text = String.fromCharCode(...name);
    if (text !== "." && text !== "..") yield text;
  }
}
