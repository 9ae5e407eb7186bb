// open(2): these two differ between arm64 and x86-64 (asm/fcntl.h).
const arm = process.arch === "arm64";

/** O_* of open(2). */
export const open = {
  readOnly: 0,
  writeOnly: 1,
  readWrite: 2,
  create: 0o100,
  exclusive: 0o200,
  noTerminal: 0o400,
  append: 0o2000,
  nonBlocking: 0o4000,
  directory: arm ? 0o40000 : 0o200000,
  path: 0o10000000,
  noFollow: arm ? 0o100000 : 0o400000,
} as const;
