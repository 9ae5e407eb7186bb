import { Readable, type Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { constants, createGunzip, createGzip, createZstdCompress, createZstdDecompress } from "node:zlib";
import { WrunError } from "../../oci/error.ts";
import { brokenImage } from "../../oci/image/descriptor.ts";

/** How an archive is compressed. */
export type Compression = "none" | "gzip" | "zstd";

type Parts = AsyncIterable<Uint8Array>;

const partBytes = 64 * 1024;
// What a decoder may have to remember, as a power of two: 32 MiB. zstd's own levels ask for 8 MiB, `--ultra` for more.
const mostWindow = 25;

/** What the first bytes of a file say of its compression. */
export function compressionOf(head: Uint8Array): Compression {
  const starts = (...bytes: number[]): boolean => bytes.every((byte, at) => head[at] === byte);
  if (starts(0x1f, 0x8b)) return "gzip";
  // A skippable frame (0x184d2a50 to 5f) may come before the data's.
  const skippable = ((head[0] ?? 0) & 0xf0) === 0x50 && [0x2a, 0x4d, 0x18].every((b, i) => head[i + 1] === b);
  return starts(0x28, 0xb5, 0x2f, 0xfd) || skippable ? "zstd" : "none";
}

/** The same bytes, compressed: the same output for the same input. gzip's header tells no time and no name. */
export function compressed(parts: Parts, how: Compression): Parts {
  if (how === "none") return parts;
  return through(parts, how === "gzip" ? createGzip({ chunkSize: partBytes }) : zstdCompress());
}

/** What was compressed; an error names `what` it was. */
export async function* decompressed(
  parts: Parts,
  how: Compression,
  what: string,
): AsyncGenerator<Uint8Array> {
  if (how === "none") return yield* parts;
  try {
    yield* through(parts, how === "gzip" ? createGunzip({ chunkSize: partBytes }) : zstdDecompress());
  } catch (error) {
    if (error instanceof WrunError || !(error instanceof Error)) throw error;
    throw brokenImage(`${what} is cut short or damaged (${how}: ${error.message})`);
  }
}

/** Decompresses by what the first bytes say. */
export async function* decompressedByHead(parts: Parts, what: string): AsyncGenerator<Uint8Array> {
  const rest = parts[Symbol.asyncIterator]();
  try {
    const first = await rest.next();
    if (first.done === true) return;
    yield* decompressed(resumed(first.value, rest), compressionOf(first.value), what);
  } finally {
    await rest.return?.();
  }
}

async function* resumed(first: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield first;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
}

function zstdCompress(): Transform {
  return createZstdCompress({ chunkSize: partBytes });
}

function zstdDecompress(): Transform {
  return createZstdDecompress({
    chunkSize: partBytes,
    params: { [constants.ZSTD_d_windowLogMax]: mostWindow },
  });
}

async function* through(parts: Parts, transform: Transform): AsyncGenerator<Uint8Array> {
  // One part waits at most: each is 64 KiB.
  const source = Readable.from(parts, { objectMode: true, highWaterMark: 1 });
  const fed = pipeline(source, transform);
  fed.catch(() => {});
  try {
    for await (const part of transform) yield part as Uint8Array;
    await fed;
  } finally {
    transform.destroy();
  }
}
