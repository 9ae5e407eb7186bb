import type { Descriptor } from "./descriptor.ts";
import { Directory } from "./directory.ts";
import { Errno } from "./errno.ts";

/** The guest's descriptors, by number. A new one gets the lowest that is free, as POSIX has it. */
export class DescriptorTable {
  readonly #entries: (Descriptor | undefined)[] = [];
  readonly #most: number;
  #count = 0;

  constructor(most: number) {
    this.#most = most;
  }

  get(fd: number): Descriptor | undefined {
    return this.#entries[fd];
  }

  /** The directory at `fd`, with `right`; or the errno of why there is none. */
  directory(fd: number, right: number): Directory | number {
    const entry = this.#entries[fd];
    if (entry === undefined) return Errno.badf;
    if (!(entry instanceof Directory)) return Errno.notdir;
    return entry.lacks(right) ? Errno.notcapable : entry;
  }

  get isFull(): boolean {
    return this.#count >= this.#most;
  }

  /** The number that `entry` got. */
  add(entry: Descriptor): number {
    // Without holes the table is as long as its count, and the lowest free number is the next one.
    if (this.#entries.length === this.#count) return this.append(entry);
    const fd = this.#entries.indexOf(undefined);
    this.put(fd, entry);
    return fd;
  }

  /** The number that `entry` got: past all others, whatever is free before them. */
  append(entry: Descriptor): number {
    this.#count++;
    return this.#entries.push(entry) - 1;
  }

  /** Fills one of the first numbers, or leaves it free where there is nothing to put. */
  put(fd: number, entry: Descriptor | undefined): void {
    this.#entries[fd] = entry;
    if (entry !== undefined) this.#count++;
  }

  close(fd: number): number {
    const entry = this.#entries[fd];
    if (entry === undefined) return Errno.badf;
    this.#free(fd);
    return entry.close();
  }

  /** Moves `from` onto `to`, which is closed. */
  renumber(from: number, to: number): number {
    const entry = this.#entries[from];
    const target = this.#entries[to];
    if (entry === undefined || target === undefined) return Errno.badf;
    if (from === to) return Errno.success;
    this.#free(from);
    this.#entries[to] = entry;
    return target.close();
  }

  #free(fd: number): void {
    this.#entries[fd] = undefined;
    this.#count--;
    while (this.#entries.length > 0 && this.#entries.at(-1) === undefined) this.#entries.pop();
  }
}
