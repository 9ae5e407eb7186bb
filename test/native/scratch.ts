import { native } from "../../native/native.ts";

/** Linux's error numbers, as the addon returns them. */
export const failed = {
  perm: -1,
  noent: -2,
  badf: -9,
  child: -10,
  again: -11,
  fault: -14,
  exist: -17,
  xdev: -18,
  notdir: -20,
  isdir: -21,
  inval: -22,
  notty: -25,
  spipe: -29,
  pipe: -32,
  nametoolong: -36,
  loop: -40,
  badmsg: -74,
  notsock: -88,
  afnosupport: -97,
  connrefused: -111,
} as const;

/** Flags of open(2) on x86-64 and arm64 that both agree on. */
export const open = { readOnly: 0, writeOnly: 1, readWrite: 2, create: 0o100, exclusive: 0o200 } as const;

/** Bytes at the start of a buffer, the rest zero. */
export function bufferOf(text: string, size = 256): ArrayBuffer {
  const buffer = new ArrayBuffer(size);
  new Uint8Array(buffer).set(new TextEncoder().encode(text));
  return buffer;
}

/** `length` bytes of a buffer as text. */
export function textOf(buffer: ArrayBufferLike, offset: number, length: number): string {
  return new TextDecoder().decode(new Uint8Array(buffer, offset, length).slice());
}

/** Writes guest iovecs ({pointer, length} pairs) at `at`. */
export function putVectors(
  buffer: ArrayBufferLike,
  at: number,
  vectors: readonly (readonly [number, number])[],
): void {
  const view = new DataView(buffer);
  for (const [i, [pointer, length]] of vectors.entries()) {
    view.setUint32(at + i * 8, pointer, true);
    view.setUint32(at + i * 8 + 4, length, true);
  }
}

/** A pipe's ends; throws where there is none. */
export function pipe(): readonly [number, number] {
  const ends = native.pipe();
  if (typeof ends === "number") throw new Error(`pipe: ${ends}`);
  return ends;
}

/** Everything that can be read from a pipe whose writing ends are closed. */
export function readAll(fd: number): string {
  const buffer = new ArrayBuffer(65536);
  let text = "";
  for (;;) {
    const count = native.read(fd, buffer, 0, buffer.byteLength);
    if (count <= 0) return text;
    text += textOf(buffer, 0, count);
  }
}

/** How a snippet gets the runtime of the sanitizers that the addon may have been built with (scripts/sanitize.mjs). */
const preload = process.env["LD_PRELOAD"] === undefined ? [] : [`LD_PRELOAD=${process.env["LD_PRELOAD"]}`];

/** Runs a TypeScript snippet, with `native` in scope, in a process of its own. */
export function snippet(source: string): string[] {
  const module = new URL("../../native/native.ts", import.meta.url).pathname;
  const env = preload.length === 0 ? [] : ["/usr/bin/env", ...preload];
  return [
    ...env,
    process.execPath,
    "-e",
    `const { native } = await import(${JSON.stringify(module)});\n${source}`,
  ];
}

/** The entries of a snippet's environment that its caller has given it. */
export function givenEntries(entries: readonly string[]): string[] {
  return entries.filter((entry) => !preload.includes(entry));
}
