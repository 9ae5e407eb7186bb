import type { GuestMemory } from "../memory.ts";
import { Errno } from "./errno.ts";

/** A list of strings as C has it, argv or environ: pointers to NUL-terminated texts in one buffer. */
export class StringList {
  readonly #memory: GuestMemory;
  readonly #texts: readonly string[];
  #encoded: readonly Uint8Array[] | undefined;

  constructor(memory: GuestMemory, texts: readonly string[]) {
    this.#memory = memory;
    this.#texts = texts;
  }

  /** Writes how many there are, and how many bytes they take. */
  putSizes(count: number, size: number): number {
    const memory = this.#memory;
    if (!memory.fits(count, 4) || !memory.fits(size, 4)) return Errno.fault;
    const texts = this.#encode();
    memory.putU32(count, texts.length);
    memory.putU32(
      size,
      texts.reduce((sum, text) => sum + text.length + 1, 0),
    );
    return Errno.success;
  }

  /** Writes the pointers to `pointers` and the texts to `buffer`. */
  put(pointers: number, buffer: number): number {
    const memory = this.#memory;
    let at = buffer;
    for (const [index, text] of this.#encode().entries()) {
      if (!memory.putU32(pointers + index * 4, at) || !memory.fits(at, text.length + 1)) return Errno.fault;
      memory.bytes.set(text, at);
      memory.putU8(at + text.length, 0);
      at += text.length + 1;
    }
    return Errno.success;
  }

  #encode(): readonly Uint8Array[] {
    if (this.#encoded === undefined) {
      const encoder = new TextEncoder();
      this.#encoded = this.#texts.map((text) => encoder.encode(text));
    }
    return this.#encoded;
  }
}
