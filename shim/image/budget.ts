import { brokenImage } from "../../oci/image/descriptor.ts";

/** The most files that an image may have, the directories with them that it does not name. */
const mostEntries = 500_000;
/** The most characters that their names may have together: some are kept until the end. */
const mostNames = 64 * 2 ** 20;
// What archives have besides their files' bytes: headers and the zeros that fill up a block.
const mostBesides = 64 * 2 ** 20;
const mostBesidesEach = 4096;
const mostDocuments = 4096;
const mostDocumentBytes = 32 * 2 ** 20;

/** How much an image may become on disk. What goes beyond it is refused before it is written. */
export class Budget {
  readonly #most: number;
  #bytes = 0;
  #entries = 0;
  #names = 0;
  #passed = 0;

  constructor(mostBytes: number) {
    this.#most = mostBytes;
  }

  /** Takes in one more file of that many bytes. `names` is how many characters its name and its link's target have. */
  take(bytes: number, names = 0): void {
    this.#entries++;
    if (this.#entries > mostEntries) throw brokenImage(`it has over ${mostEntries} files`);
    this.#names += names;
    if (this.#names > mostNames)
      throw brokenImage(`the names of its files have over ${mostNames} characters`);
    this.#bytes += bytes;
    if (this.#bytes > this.#most)
      throw brokenImage(`its files are over ${this.#most} bytes: --max-size allows for more`);
  }

  /** Takes in bytes of a layer's archive, decompressed, whatever they are. They come before take() knows of them. */
  pass(bytes: number): void {
    this.#passed += bytes;
    if (this.#passed > this.#bytes + this.#entries * mostBesidesEach + mostBesides)
      throw brokenImage("its layers have far more bytes than their files");
  }
}

/**
 * How many documents of one kind are read of an archive or a layout. One may be listed a thousand times there, or by
 * indexes that list each other's: what is small on disk would be read without end.
 */
export class DocumentBudget {
  readonly #kind: string;
  #count = 0;
  #bytes = 0;

  /** `kind` is what errors call them: "manifests". */
  constructor(kind: string) {
    this.#kind = kind;
  }

  /** Takes in one more document of that many bytes. */
  take(bytes: number): void {
    this.#count++;
    if (this.#count > mostDocuments) throw brokenImage(`it lists over ${mostDocuments} ${this.#kind}`);
    this.#bytes += bytes;
    if (this.#bytes > mostDocumentBytes)
      throw brokenImage(`its ${this.#kind} have over ${mostDocumentBytes} bytes together`);
  }
}
