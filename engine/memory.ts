const empty = new ArrayBuffer(0);

/**
 * The guest's linear memory, as host calls see it. Every pointer comes from the guest: `fits` decides, and
 * the put* methods answer false instead of writing outside.
 */
export class GuestMemory {
  #memory: WebAssembly.Memory | undefined;
  #buffer: ArrayBufferLike = empty;
  #bytes = new Uint8Array(empty);
  #view = new DataView(empty);
  #shared = false;

  /** Names the memory; until then every pointer lies outside. */
  bind(memory: WebAssembly.Memory): void {
    this.#memory = memory;
    this.#refresh(memory);
    this.#shared = !(this.#buffer instanceof ArrayBuffer);
  }

  /** The buffer as it is now: growing the memory replaces it. */
  get buffer(): ArrayBufferLike {
    // A grown memory detaches its old buffer, which empties the view on it; a shared one merely gets a longer buffer.
    if ((this.#bytes.length === 0 || this.#shared) && this.#memory !== undefined) this.#refresh(this.#memory);
    return this.#buffer;
  }

  /** The same, byte by byte. */
  get bytes(): Uint8Array {
    return this.buffer === empty ? new Uint8Array(empty) : this.#bytes;
  }

  /** Whether `length` bytes at `pointer` (both unsigned) lie inside. */
  fits(pointer: number, length: number): boolean {
    return pointer + length <= this.buffer.byteLength;
  }

  u8(pointer: number): number {
    return this.#view.getUint8(pointer);
  }

  u16(pointer: number): number {
    return this.#view.getUint16(pointer, true);
  }

  u32(pointer: number): number {
    return this.#view.getUint32(pointer, true);
  }

  u64(pointer: number): bigint {
    return this.#view.getBigUint64(pointer, true);
  }

  putU8(pointer: number, value: number): boolean {
    if (!this.fits(pointer, 1)) return false;
    this.#view.setUint8(pointer, value);
    return true;
  }

  putU16(pointer: number, value: number): boolean {
    if (!this.fits(pointer, 2)) return false;
    this.#view.setUint16(pointer, value, true);
    return true;
  }

  putU32(pointer: number, value: number): boolean {
    if (!this.fits(pointer, 4)) return false;
    this.#view.setUint32(pointer, value, true);
    return true;
  }

  putU64(pointer: number, value: bigint): boolean {
    if (!this.fits(pointer, 8)) return false;
    this.#view.setBigUint64(pointer, value, true);
    return true;
  }

  #refresh(memory: WebAssembly.Memory): void {
    if (memory.buffer === this.#buffer) return;
    this.#buffer = memory.buffer;
    this.#bytes = new Uint8Array(this.#buffer);
    this.#view = new DataView(this.#buffer);
  }
}
