import { type Pack, pack } from "tar-stream";
import { WrunError } from "../../oci/error.ts";
import { show } from "../../oci/note.ts";

/** What stands before a file in an archive. */
export type Header = Parameters<Pack["entry"]>[0];

/** Writes entries in turn. */
export interface TarWriter {
  /** An entry without bytes. */
  add(header: Header): Promise<void>;
  /** A file; `header` says how many bytes will come. */
  addFile(header: Header, parts: AsyncIterable<Uint8Array>): Promise<void>;
}

/** The archive that `write` writes, in parts. */
export async function* archiveOf(write: (writer: TarWriter) => Promise<void>): AsyncGenerator<Uint8Array> {
  const archive = pack();
  const written = write(writerTo(archive)).then(() => archive.finalize());
  written.catch((error: unknown) => archive.destroy(error as Error));
  try {
    for await (const part of archive) yield part as Uint8Array;
    await written;
  } finally {
    archive.destroy();
  }
}

function writerTo(archive: Pack): TarWriter {
  return {
    add: async (header) => {
      const ended = new Ended();
      archive.entry(header, ended.callback);
      await ended.promise;
    },
    addFile: async (header, parts) => {
      const ended = new Ended();
      const sink = archive.entry(header, ended.callback);
      for await (const part of parts)
        if (!sink.write(part)) await Promise.race([drained(sink), ended.promise]);
      sink.end(null);
      await ended.promise.catch((error: unknown) => {
        throw new WrunError("io", `cannot pack ${show(header.name)}: it changed while it was read`, {
          cause: error,
        });
      });
    },
  };
}

type Sink = ReturnType<Pack["entry"]>;

function drained(sink: Sink): Promise<void> {
  return new Promise((done) => sink.once("drain", () => done()));
}

/** The end of an entry, told by a callback. */
class Ended {
  readonly #resolvers = Promise.withResolvers<void>();
  readonly promise: Promise<void> = this.#resolvers.promise;
  readonly callback = (error?: Error | null): void =>
    error ? this.#resolvers.reject(error) : this.#resolvers.resolve();

  constructor() {
    // It may be rejected while nobody waits for it yet.
    this.promise.catch(() => {});
  }
}
