/** A place in a directory that fd_readdir can go on from: so many records lie before it, and lseek takes `offset`. */
export interface Place {
  readonly record: number;
  readonly offset: bigint;
}

const start: Place = { record: 0, offset: 0n };

const minSlots = 64;
const maxSlots = 16_384;
// Of all open directories together, beyond what each has at once: 8 MiB.
const maxSharedSlots = 1_048_576;

let sharedSlots = 0;

/**
 * The cookies of one open directory: a cookie is the number of records before it.
 *
 * Linux's own position, d_off, is 64 bits wide and on ext4 a hash, where a guest's telldir has 32 bits. So the offset
 * after each record is kept here: of every record up to 16,384, of every second, fourth, ... where there are more, so
 * that a guest can have us keep no more than so much. From a kept place the rest is counted. That is exact unless
 * entries in between were removed or added since; always exact are the last two places of a listing, where wasi-libc
 * goes on, so that a guest may remove what it lists.
 */
export class Cookies {
  // Slot i is where the record i * #stride begins.
  #slots = new BigInt64Array(minSlots);
  #used = 1;
  #stride = 1;
  #last = start;
  #beforeLast = start;

  /** The place closest to `cookie` that is known, and not past it. */
  find(cookie: number): Place {
    if (cookie === this.#last.record) return this.#last;
    if (cookie === this.#beforeLast.record) return this.#beforeLast;
    const slot = Math.min(Math.floor(cookie / this.#stride), this.#used - 1);
    return { record: slot * this.#stride, offset: this.#slots[slot] ?? 0n };
  }

  /** Notes where `record` begins. The records before it are known already. */
  add(record: number, offset: bigint): void {
    if (record === this.#slots.length * this.#stride && !this.#grow()) this.#coarsen();
    if (record % this.#stride !== 0) return;
    const slot = record / this.#stride;
    this.#slots[slot] = offset;
    this.#used = Math.max(this.#used, slot + 1);
  }

  /** Notes that the guest was given a record, and `record` is the next. */
  addLast(record: number, offset: bigint): void {
    this.#beforeLast = this.#last;
    this.#last = { record, offset };
  }

  /** Gives back what was taken of the memory for all directories. */
  release(): void {
    sharedSlots -= this.#slots.length - minSlots;
    this.#slots = new BigInt64Array(minSlots);
    this.#used = this.#stride = 1;
  }

  #grow(): boolean {
    const more = this.#slots.length;
    if (more === maxSlots || sharedSlots + more > maxSharedSlots) return false;
    sharedSlots += more;
    const slots = new BigInt64Array(2 * more);
    slots.set(this.#slots);
    this.#slots = slots;
    return true;
  }

  #coarsen(): void {
    this.#used = Math.ceil(this.#used / 2);
    for (let slot = 0; slot < this.#used; slot++) this.#slots[slot] = this.#slots[2 * slot] ?? 0n;
    this.#stride *= 2;
  }
}
