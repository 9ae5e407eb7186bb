import { refused } from "../../oci/image/entry-path.ts";
import type { TarEntry } from "./tar-entries.ts";

/** A stretch of a file that has bytes; what lies between such is a hole. */
export interface Segment {
  readonly offset: number;
  readonly size: number;
}

/** What a file is made of. */
export interface FileContent {
  readonly name: string;
  /** The file's whole length. */
  readonly size: number;
  /** Undefined where there are no holes. */
  readonly segments: readonly Segment[] | undefined;
  readonly parts: AsyncIterable<Uint8Array>;
}

const block = 512;
/** The longest map: 40,000 segments or so. */
const mostMapBytes = 1024 * 1024;

/**
 * A file of an archive, with holes or without: GNU tar's sparse formats 0.1 and 1.0 in PAX records
 * (https://www.gnu.org/software/tar/manual/html_node/PAX-1.html).
 */
export async function fileContent(entry: TarEntry): Promise<FileContent> {
  const { pax } = entry;
  if (pax["GNU.sparse.major"] !== undefined) return sparseOne(entry);
  if (pax["GNU.sparse.map"] !== undefined) {
    if (pax["GNU.sparse.map"].length > mostMapBytes) throw broken(entry);
    const numbers = pax["GNU.sparse.map"].split(",");
    return sparse(entry, { numbers, size: pax["GNU.sparse.size"], stored: entry.size, parts: entry.content });
  }
  if (pax["GNU.sparse.numblocks"] !== undefined)
    throw refused(entry.name, "is sparse in the format 0.0: write the archive by tar --sparse-version=1.0");
  return { name: entry.name, size: entry.size, segments: undefined, parts: entry.content };
}

// Format 1.0: before the bytes stands the map, decimal numbers a line, in whole blocks.
async function sparseOne(entry: TarEntry): Promise<FileContent> {
  const rest = entry.content[Symbol.asyncIterator]();
  let read = Buffer.alloc(0);
  for (;;) {
    const lines = read.toString("latin1").split("\n");
    const count = lines.length > 1 ? 2 * Number(lines[0]) + 1 : Infinity;
    const length = lines.slice(0, count).reduce((sum, line) => sum + line.length + 1, 0);
    const mapBytes = Math.ceil(length / block) * block;
    if (lines.length > count && read.length >= mapBytes) {
      const numbers = lines.slice(1, count);
      const parts = resumed(read.subarray(mapBytes), rest);
      const size = entry.pax["GNU.sparse.realsize"];
      return sparse(entry, { numbers, size, stored: entry.size - mapBytes, parts });
    }
    const next = await rest.next();
    if (next.done === true || read.length > mostMapBytes) throw broken(entry);
    read = Buffer.concat([read, next.value]);
  }
}

async function* resumed(first: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (first.length > 0) yield first;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
}

interface Sparse {
  readonly numbers: readonly string[];
  readonly size: string | undefined;
  readonly stored: number;
  readonly parts: AsyncIterable<Uint8Array>;
}

function sparse(entry: TarEntry, { numbers, size: sizeText, stored, parts }: Sparse): FileContent {
  const values = numbers.map(wholeNumber);
  const size = wholeNumber(sizeText ?? "");
  const segments: Segment[] = [];
  let end = 0;
  let total = 0;
  for (let at = 0; at < values.length; at += 2) {
    const segment = { offset: values[at] ?? NaN, size: values[at + 1] ?? NaN };
    if (!(segment.offset >= end) || !(segment.offset + segment.size <= size)) throw broken(entry);
    end = segment.offset + segment.size;
    total += segment.size;
    segments.push(segment);
  }
  if (!(size >= 0) || total !== stored) throw broken(entry);
  return { name: entry.pax["GNU.sparse.name"] ?? entry.name, size, segments, parts };
}

function wholeNumber(text: string): number {
  const value = /^\d{1,16}$/.test(text) ? Number(text) : NaN;
  return Number.isSafeInteger(value) ? value : NaN;
}

function broken(entry: TarEntry): Error {
  return refused(entry.name, "has a map of its holes that cannot be right");
}
