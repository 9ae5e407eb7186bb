/**
 * Rights of preview 1, by bit: what a descriptor may be used for. The witx type is 64 bits wide, but only
 * these thirty exist, so they are kept as numbers; bits without a meaning are dropped.
 * https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md#rights
 */
export const Right = {
  fdDatasync: 1 << 0,
  fdRead: 1 << 1,
  fdSeek: 1 << 2,
  fdFdstatSetFlags: 1 << 3,
  fdSync: 1 << 4,
  fdTell: 1 << 5,
  fdWrite: 1 << 6,
  fdAdvise: 1 << 7,
  fdAllocate: 1 << 8,
  pathCreateDirectory: 1 << 9,
  pathCreateFile: 1 << 10,
  pathLinkSource: 1 << 11,
  pathLinkTarget: 1 << 12,
  pathOpen: 1 << 13,
  fdReaddir: 1 << 14,
  pathReadlink: 1 << 15,
  pathRenameSource: 1 << 16,
  pathRenameTarget: 1 << 17,
  pathFilestatGet: 1 << 18,
  pathFilestatSetSize: 1 << 19,
  pathFilestatSetTimes: 1 << 20,
  fdFilestatGet: 1 << 21,
  fdFilestatSetSize: 1 << 22,
  fdFilestatSetTimes: 1 << 23,
  pathSymlink: 1 << 24,
  pathRemoveDirectory: 1 << 25,
  pathUnlinkFile: 1 << 26,
  pollFdReadwrite: 1 << 27,
  sockShutdown: 1 << 28,
  sockAccept: 1 << 29,
} as const;

/** What applies to a directory itself. */
export const directoryRights =
  Right.fdFdstatSetFlags |
  Right.fdSync |
  Right.fdDatasync |
  Right.pathCreateDirectory |
  Right.pathCreateFile |
  Right.pathLinkSource |
  Right.pathLinkTarget |
  Right.pathOpen |
  Right.fdReaddir |
  Right.pathReadlink |
  Right.pathRenameSource |
  Right.pathRenameTarget |
  Right.pathFilestatGet |
  Right.pathFilestatSetSize |
  Right.pathFilestatSetTimes |
  Right.fdFilestatGet |
  Right.fdFilestatSetTimes |
  Right.pathSymlink |
  Right.pathRemoveDirectory |
  Right.pathUnlinkFile;

/** What applies to pipes and terminals: no position, so neither seek nor tell (wasi-libc's isatty looks). */
export const streamRights =
  Right.fdRead | Right.fdWrite | Right.fdFdstatSetFlags | Right.fdFilestatGet | Right.pollFdReadwrite;

/** What applies to regular files and to devices with a position. */
export const fileRights =
  streamRights |
  Right.fdDatasync |
  Right.fdSync |
  Right.fdSeek |
  Right.fdTell |
  Right.fdAdvise |
  Right.fdAllocate |
  Right.fdFilestatSetSize |
  Right.fdFilestatSetTimes;

/** What applies to a connected socket, and to one that listens. */
export const socketRights = streamRights | Right.sockShutdown;
export const listenerRights =
  Right.sockAccept | Right.fdFdstatSetFlags | Right.fdFilestatGet | Right.pollFdReadwrite;

/** What a file must be open for writing for. */
export const writingRights = Right.fdWrite | Right.fdAllocate | Right.fdFilestatSetSize;

/** The rights in an i64 of the guest. */
export function toRights(bits: bigint): number {
  return Number(BigInt.asUintN(30, bits));
}

/** Every right there is: what a preopen may pass on. */
export const allRights = (1 << 30) - 1;
