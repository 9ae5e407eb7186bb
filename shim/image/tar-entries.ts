import { type Extract, extract, type Header } from "tar-stream";
import { WrunError } from "../../oci/error.ts";
import { brokenImage } from "../../oci/image/descriptor.ts";

/** One entry of an archive; its bytes are to be read before the next one is asked for, or are passed over. */
export interface TarEntry {
  readonly name: string;
  readonly type: string;
  readonly link: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Seconds since 1970. */
  readonly modified: number;
  /** Bytes that are stored. */
  readonly size: number;
  /** Where in the archive they are stored. */
  readonly offset: number;
  readonly pax: Readonly<Record<string, string>>;
  readonly content: AsyncIterable<Uint8Array>;
}

/** A header as tar-stream gives it, whose types do not say all. */
interface StoredHeader extends Header {
  readonly byteOffset?: number;
}

// Between two entries stand headers of at most 4 MiB each (tar-stream refuses longer ones), and zeros at the end.
const mostBetween = 16 * 2 ** 20;
/** The most records of PAX headers that one file has: its size and time, and extended attributes. */
const mostRecords = 1000;

/** The entries of an archive in turn. `what` names the archive in errors. */
export async function* tarEntries(parts: AsyncIterable<Uint8Array>, what: string): AsyncGenerator<TarEntry> {
  const archive = extract();
  const fed = feed(parts, archive, what);
  fed.catch(() => {});
  try {
    for await (const entry of archive) {
      // tar-stream waits for ever for the bytes of a file whose size is no number.
      if (!Number.isSafeInteger(entry.header.size))
        throw brokenImage(`${what} has a file whose size cannot be right`);
      if (Object.keys(entry.header.pax ?? {}).length > mostRecords)
        throw brokenImage(`${what} has a file with over ${mostRecords} records in its PAX headers`);
      yield asEntry(entry.header, entry as AsyncIterable<Uint8Array>);
      entry.resume();
    }
    await fed;
  } catch (error) {
    if (error instanceof WrunError || !(error instanceof Error)) throw error;
    throw brokenImage(`${what} is no archive, or is cut short (${error.message})`);
  } finally {
    archive.destroy();
  }
}

async function feed(parts: AsyncIterable<Uint8Array>, archive: Extract, what: string): Promise<void> {
  let end = 0;
  let fed = 0;
  archive.on("entry", (header: StoredHeader) => (end = (header.byteOffset ?? 0) + header.size));
  try {
    for await (const part of parts) {
      fed += part.length;
      if (archive.destroyed) return;
      if (!archive.write(part)) await drained(archive);
      if (fed > end + mostBetween) throw brokenImage(`${what} has much behind its end that is no file`);
    }
    archive.end(null);
  } catch (error) {
    archive.destroy(error as Error);
    throw error;
  }
}

function drained(archive: Extract): Promise<void> {
  return new Promise((done) => {
    const finish = (): void => {
      archive.off("drain", finish).off("close", finish);
      done();
    };
    archive.on("drain", finish).on("close", finish);
  });
}

function asEntry(header: StoredHeader, content: AsyncIterable<Uint8Array>): TarEntry {
  const pax = (header.pax ?? {}) as Readonly<Record<string, string>>;
  return {
    name: header.name,
    type: typeOf(header.type, header.name),
    link: header.linkname ?? "",
    mode: header.mode,
    uid: number(pax["uid"]) ?? header.uid,
    gid: number(pax["gid"]) ?? header.gid,
    modified: number(pax["mtime"]) ?? header.mtime.getTime() / 1000,
    size: header.size,
    offset: header.byteOffset ?? 0,
    pax,
    content,
  };
}

// Archives of before POSIX have directories as files whose name ends with a slash.
function typeOf(type: string | null | undefined, name: string): string {
  if (type === "contiguous-file") return "file";
  if (type === "file" && name.endsWith("/")) return "directory";
  return type ?? "unknown";
}

function number(text: string | undefined): number | undefined {
  return text !== undefined && /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
}
