/** One entry of an archive: a file, or with no content a directory. */
export interface TarEntry {
  readonly path: string;
  readonly content?: Uint8Array;
  readonly mode?: number;
}

const block = 512;

/** An archive in the ustar format (pax(1)), the same bytes for the same entries. */
export function tar(entries: readonly TarEntry[]): Buffer {
  const parts = entries.flatMap((entry) => {
    const content = entry.content ?? new Uint8Array();
    return [header(entry, content.length), content, new Uint8Array(-content.length & (block - 1))];
  });
  return Buffer.concat([...parts, new Uint8Array(2 * block)]);
}

function header({ path, content, mode = 0o755 }: TarEntry, size: number): Buffer {
  const bytes = Buffer.alloc(block);
  if (Buffer.byteLength(path) > 100) throw new Error(`${path} is too long for an archive of ours`);
  bytes.write(path, 0);
  bytes.write(octal(mode, 7), 100);
  bytes.write(octal(0, 7), 108);
  bytes.write(octal(0, 7), 116);
  bytes.write(octal(size, 11), 124);
  bytes.write(octal(0, 11), 136);
  bytes.write(content === undefined ? "5" : "0", 156);
  bytes.write("ustar\x0000", 257);
  bytes.write(octal(checksum(bytes), 6), 148);
  return bytes;
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, "0");
}

// The sum of the header's bytes, its own eight counted as spaces.
function checksum(bytes: Buffer): number {
  return bytes.reduce((sum, byte) => sum + byte, 8 * 0x20);
}
