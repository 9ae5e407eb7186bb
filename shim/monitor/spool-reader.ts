import { closeSync, fstatSync, openSync, readSync, renameSync, statSync, unlinkSync } from "node:fs";
import { native } from "../../native/native.ts";
import type { HostPath } from "../../oci/grant.ts";
import type { SpoolRecord } from "../events/record.ts";
import { spoolFiles } from "../events/spool.ts";

/** How far the spool has been read: which of its logs, and how many bytes of that. */
export interface Position {
  readonly generation: number;
  readonly offset: number;
}

/** A record, and where the next one begins. */
export interface ReadRecord {
  readonly record: SpoolRecord;
  readonly position: Position;
}

const chunkBytes = 2 * 2 ** 20;
/** A log that has been read and is larger is taken away. */
const keptBytes = 2 ** 20;
const [lockExclusive, lockNoWait] = [2, 4] as const;

/**
 * Reads what verbs have written down, in its order. Their log is taken away by turns: renamed, so that writers begin a new
 * one, read to its end, and removed when none of them has it open any more (shim/events/spool.ts).
 */
export class SpoolReader {
  readonly #folder: HostPath;
  readonly #kept: number;
  readonly #buffer = Buffer.alloc(chunkBytes);
  #position: Position;

  constructor(folder: HostPath, position: Position, kept: number = keptBytes) {
    this.#folder = folder;
    this.#position = position;
    this.#kept = kept;
  }

  get position(): Position {
    return this.#position;
  }

  /**
   * What has come since, as far as it fits in one chunk: none is the end. `rotated` is called once there is a position in
   * a new log, and has to write it down: the old one is removed then.
   */
  read(rotated: (position: Position) => void): ReadRecord[] {
    const { generation } = this.#position;
    const old = `${this.#folder}/log.${generation}`;
    const fd = openFile(old);
    if (fd < 0) return this.#readNew(old);
    try {
      const records = this.#readFrom(fd);
      if (records.length > 0 || native.flock(fd, lockExclusive | lockNoWait) < 0) return records;
      const last = this.#readFrom(fd);
      if (last.length > 0) return last;
    } finally {
      closeSync(fd);
    }
    this.#position = { generation: generation + 1, offset: 0 };
    rotated(this.#position);
    unlinkSync(old);
    return this.#readNew(`${this.#folder}/log.${generation + 1}`);
  }

  /** How many records writers have had to drop since the last time. */
  dropped(): number {
    const { dropped } = spoolFiles(this.#folder);
    try {
      const taken = `${dropped}.seen`;
      renameSync(dropped, taken);
      const { size } = statSync(taken);
      unlinkSync(taken);
      return size;
    } catch {
      return 0;
    }
  }

  #readNew(old: HostPath): ReadRecord[] {
    const { log } = spoolFiles(this.#folder);
    const fd = openFile(log);
    if (fd < 0) return [];
    try {
      const records = this.#readFrom(fd);
      if (records.length === 0 && fstatSync(fd).size >= this.#kept) renameSync(log, old);
      return records;
    } finally {
      closeSync(fd);
    }
  }

  #readFrom(fd: number): ReadRecord[] {
    const { generation, offset } = this.#position;
    const length = readSync(fd, this.#buffer, 0, chunkBytes, offset);
    const records: ReadRecord[] = [];
    let start = 0;
    for (let end = this.#newline(start, length); end >= 0; end = this.#newline(start, length)) {
      const record = parse(this.#buffer.toString("utf8", start, end));
      start = end + 1;
      if (record !== undefined) records.push({ record, position: { generation, offset: offset + start } });
    }
    // A line that fills all of the buffer is none of ours.
    const done = start === 0 && length === chunkBytes ? length : start;
    this.#position = { generation, offset: offset + done };
    if (records.length === 0 && done > 0) return this.#readFrom(fd);
    return records;
  }

  #newline(start: number, length: number): number {
    const at = this.#buffer.indexOf(10, start);
    return at < length ? at : -1;
  }
}

function openFile(path: HostPath): number {
  try {
    return openSync(path, "r");
  } catch {
    return -1;
  }
}

// A line that a full disk has cut short, or that is not ours, is left out.
function parse(line: string): SpoolRecord | undefined {
  if (line === "") return undefined;
  try {
    const value: unknown = JSON.parse(line);
    return isRecord(value) ? revived(value) : undefined;
  } catch {
    return undefined;
  }
}

// JSON has no dates.
function revived(record: SpoolRecord): SpoolRecord {
  if (record.kind !== "event" || !("exitedAt" in record.event)) return record;
  return { ...record, event: { ...record.event, exitedAt: new Date(record.event.exitedAt) } };
}

function isRecord(value: unknown): value is SpoolRecord {
  if (typeof value !== "object" || value === null || !("kind" in value) || !("at" in value)) return false;
  if (typeof value.at !== "number") return false;
  if (value.kind === "event") return "event" in value && "namespace" in value;
  return (value.kind === "verb" || value.kind === "intent") && "verb" in value && "key" in value;
}
