import { brokenImage } from "../../oci/image/descriptor.ts";

/** The most files that an image may have. */
const mostEntries = 500_000;

/** How much an image may become on disk. What goes beyond it is refused before it is written. */
export class Budget {
  readonly #most: number;
  #bytes = 0;
  #entries = 0;

  constructor(mostBytes: number) {
    this.#most = mostBytes;
  }

  /** Takes in one more file of that many bytes. */
  take(bytes: number): void {
    this.#entries++;
    if (this.#entries > mostEntries) throw brokenImage(`it has over ${mostEntries} files`);
    this.#bytes += bytes;
    if (this.#bytes > this.#most)
      throw brokenImage(`its files are over ${this.#most} bytes: --max-size allows for more`);
  }
}
