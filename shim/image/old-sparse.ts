import { brokenImage } from "../../oci/image/descriptor.ts";
import { PartReader } from "./part-reader.ts";

const block = 512;
const sparse = 0x53; // 'S'
const paxHeader = 0x78; // 'x'
const globalPaxHeader = 0x67; // 'g'
const checksumAt = 148;
const typeAt = 156;
// GNU tar's header of the type 'S' (https://www.gnu.org/software/tar/manual/html_node/Standard.html, oldgnu_header):
//   386  four times { offset [12], numbytes [12] }    482  more follow? [1]    483  the file's whole length [12]
// and each block that follows: 21 of these, then "more follow?" at 504.
const firstMap = { at: 386, most: 4, moreAt: 482 } as const;
const furtherMap = { at: 0, most: 21, moreAt: 504 } as const;
const realSizeAt = 483;
const mostFurtherBlocks = 2048;
const mostPaxBytes = 4 * 2 ** 20;
// tar-stream copies all of its records with each file. What git archive writes has 52 bytes.
const mostGlobalBytes = 4096;

/**
 * An archive in which sparse files of GNU tar's oldest format have become those of its format 0.1, which tar-stream lets
 * pass: a PAX header with the map, then a usual file. Everything else is passed on as it came.
 */
export async function* withoutOldSparse(parts: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = new PartReader(parts);
  try {
    let given: number | undefined;
    let type = 0;
    for (;;) {
      const header = await reader.take(block);
      if (header.length === 0) return;
      const size = given ?? numberAt(header, 124);
      const follows = type === paxHeader;
      type = header[typeAt] ?? 0;
      given = undefined;
      if (type === sparse && isSound(header)) {
        if (follows)
          throw brokenImage("its archive has a sparse file of GNU tar's old format with a PAX header");
        yield* asFormat01(header, reader);
      } else yield header;
      // What is no number, or too long for a header, is for tar-stream to refuse.
      const stored = Number.isSafeInteger(size) ? Math.ceil(size / block) * block : Infinity;
      if (type === globalPaxHeader && stored > mostGlobalBytes)
        throw brokenImage(`its archive has a global PAX header of over ${mostGlobalBytes} bytes`);
      if (type === paxHeader && stored <= mostPaxBytes) {
        const body = await reader.take(stored);
        given = sizeIn(body);
        yield body;
      } else yield* reader.pass(stored);
    }
  } finally {
    await reader.close();
  }
}

// The size of a file that its header has no room for: a record `LENGTH size=SIZE` (pax(1)).
function sizeIn(records: Uint8Array): number | undefined {
  const found = /(?:^|\n)\d+ size=(\d+)\n/.exec(Buffer.from(records).toString("latin1"))?.[1];
  return found === undefined ? undefined : Number(found);
}

async function* asFormat01(header: Uint8Array, reader: PartReader): AsyncGenerator<Uint8Array> {
  const map = numbersOf(header, firstMap);
  let more = header[firstMap.moreAt] !== 0;
  for (let count = 0; more; count++) {
    const further = await reader.take(block);
    if (further.length < block || count === mostFurtherBlocks)
      throw brokenImage("its archive has a sparse file whose map is too long, or cut short");
    map.push(...numbersOf(further, furtherMap));
    more = further[furtherMap.moreAt] !== 0;
  }
  const records =
    record("GNU.sparse.map", map.join(",")) + record("GNU.sparse.size", String(numberAt(header, realSizeAt)));
  const bytes = Buffer.alloc(Math.ceil(records.length / block) * block);
  bytes.write(records, "latin1");
  yield withType(plainHeader(), paxHeader, records.length);
  yield bytes;
  yield withType(header, 0x30);
}

function numbersOf(
  bytes: Uint8Array,
  { at, most }: { readonly at: number; readonly most: number },
): number[] {
  const numbers: number[] = [];
  for (let entry = at; entry < at + most * 24 && bytes[entry] !== 0; entry += 24)
    numbers.push(numberAt(bytes, entry), numberAt(bytes, entry + 12));
  return numbers;
}

/** A number of twelve bytes: octal digits, or where the first bit is set base 256. NaN where it is neither. */
function numberAt(bytes: Uint8Array, at: number): number {
  const field = bytes.subarray(at, at + 12);
  if (((field[0] ?? 0) & 0x80) !== 0)
    return field.subarray(1).reduce((sum, byte) => sum * 256 + byte, (field[0] ?? 0) & 0x7f);
  const digits = /^ *([0-7]*)[ \0]*$/.exec(Buffer.from(field).toString("latin1"))?.[1];
  return digits === undefined ? NaN : Number.parseInt(digits || "0", 8);
}

function record(name: string, value: string): string {
  const text = ` ${name}=${value}\n`;
  let length = text.length;
  while (length !== text.length + String(length).length) length = text.length + String(length).length;
  return `${length}${text}`;
}

function plainHeader(): Buffer {
  const header = Buffer.alloc(block);
  header.write("sparse", 0);
  header.write("0000644\0", 100);
  header.write("ustar\x0000", 257);
  return header;
}

function withType(header: Uint8Array, type: number, size?: number): Buffer {
  const changed = Buffer.from(header);
  changed[typeAt] = type;
  if (size !== undefined) changed.write(`${size.toString(8).padStart(11, "0")}\0`, 124);
  changed.write(`${checksumOf(changed).toString(8).padStart(6, "0")}\0 `, checksumAt, "latin1");
  return changed;
}

function isSound(header: Uint8Array): boolean {
  return header.length === block && numberAt(withoutTail(header), 0) === checksumOf(header);
}

// The checksum has eight bytes.
function withoutTail(header: Uint8Array): Uint8Array {
  return header.subarray(checksumAt, checksumAt + 8);
}

function checksumOf(header: Uint8Array): number {
  return header.reduce((sum, byte, at) => sum + (at >= checksumAt && at < checksumAt + 8 ? 0x20 : byte), 0);
}
