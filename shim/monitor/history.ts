import {
  closeSync,
  existsSync,
  ftruncateSync,
  openSync,
  readFileSync,
  renameSync,
  truncateSync,
  writeSync,
} from "node:fs";
import type { HostPath } from "../../oci/grant.ts";
import type { Envelope } from "./envelope.ts";
import type { Life } from "./life.ts";
import type { Position } from "./spool-reader.ts";

/** What was found out at once: events, containers that are not as they were, and how far the spool has been read. */
export interface Batch {
  readonly position: Position;
  readonly lives: ReadonlyMap<string, Life | undefined>;
  readonly envelopes: readonly Envelope[];
  /** `lives` are all containers that live: others that were known are no more. */
  readonly whole?: true;
}

/** Bytes in a file of the history: there are two. */
const mostBytes = 4 * 2 ** 20;
const lineFeed = 10;

/**
 * What the monitor has found out, on disk, so that one that is started anew goes on where the last one was: a line a batch,
 * written before anybody is told. Two files at most, the newer of which begins with all containers that lived then.
 */
export class History {
  readonly #path: HostPath;
  readonly #older: HostPath;
  readonly #bytes: number;
  #fd = -1;
  #size = 0;
  /** A batch could not be written: the next one says how all is. */
  #hasGap = false;

  constructor(folder: HostPath, bytes: number = mostBytes) {
    this.#path = `${folder}/history`;
    this.#older = `${folder}/history.older`;
    this.#bytes = bytes;
  }

  /** Reads what is there, the oldest first; what was cut short as it was written is taken away. */
  load(): Batch[] {
    const batches = [this.#older, this.#path].flatMap((path) => this.#read(path));
    this.#fd = openSync(this.#path, "a", 0o600);
    return batches;
  }

  /** Writes a batch down. `lives` are all containers that live after it. */
  append(batch: Batch, lives: ReadonlyMap<string, Life>): void {
    const isFull = this.#size >= this.#bytes;
    const isWhole = isFull || this.#hasGap;
    this.#hasGap = true;
    if (isFull) this.#beginAnew();
    this.#write(isWhole ? { ...batch, lives: new Map([...batch.lives, ...lives]), whole: true } : batch);
    this.#hasGap = false;
  }

  close(): void {
    closeSync(this.#fd);
  }

  #beginAnew(): void {
    if (existsSync(this.#path)) renameSync(this.#path, this.#older);
    const fd = openSync(this.#path, "a", 0o600);
    closeSync(this.#fd);
    this.#fd = fd;
    this.#size = 0;
  }

  // What a full disk cuts short is taken away: the next line would be glued to it.
  #write(batch: Batch): void {
    const line = Buffer.from(`${JSON.stringify(toLine(batch))}\n`);
    try {
      for (let done = 0; done < line.length; done += writeSync(this.#fd, line, done));
    } catch (error) {
      ftruncateSync(this.#fd, this.#size);
      throw error;
    }
    this.#size += line.length;
  }

  #read(path: HostPath): Batch[] {
    if (!existsSync(path)) return [];
    const bytes = readFileSync(path);
    const end = bytes.lastIndexOf(lineFeed) + 1;
    if (end < bytes.length) truncateSync(path, end);
    if (path === this.#path) this.#size = end;
    return bytes.toString("utf8", 0, end).split("\n").flatMap(fromLine);
  }
}

interface Line {
  readonly position: Position;
  readonly whole?: true;
  readonly lives: readonly (readonly [string, Life | null])[];
  readonly events: readonly {
    readonly at: string;
    readonly namespace: string;
    readonly topic: string;
    readonly type: string;
    readonly value: string;
  }[];
}

function toLine({ position, lives, envelopes, whole }: Batch): Line {
  return {
    position,
    ...(whole === undefined ? {} : { whole }),
    lives: [...lives].map(([key, life]) => [key, life ?? null]),
    events: envelopes.map(({ at, namespace, topic, event }) => ({
      at: String(at),
      namespace,
      topic,
      type: event.type_url,
      value: Buffer.from(event.value).toString("base64"),
    })),
  };
}

// What is damaged is passed over: it is better to know the rest.
function fromLine(text: string): Batch[] {
  try {
    const { position, lives, events, whole } = JSON.parse(text) as Line;
    return [
      {
        position,
        ...(whole === undefined ? {} : { whole }),
        lives: new Map(lives.map(([key, life]) => [key, life ?? undefined])),
        envelopes: events.map(({ at, namespace, topic, type, value }) => ({
          at: BigInt(at) as Envelope["at"],
          namespace,
          topic,
          event: { type_url: type, value: new Uint8Array(Buffer.from(value, "base64")) },
        })),
      },
    ];
  } catch {
    return [];
  }
}
