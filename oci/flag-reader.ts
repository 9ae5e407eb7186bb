import { WrunError } from "./error.ts";
import { quote } from "./note.ts";

/** Walks argv: flags first (`--flag value` or `--flag=value`), then `--` or the first word that is no flag. */
export class FlagReader {
  readonly #argv: readonly string[];
  #next = 0;
  #inline: string | undefined;

  constructor(argv: readonly string[]) {
    this.#argv = argv;
  }

  flag(): string | undefined {
    if (this.#inline !== undefined)
      throw new WrunError("invalid", `${quote(this.#argv[this.#next - 1] ?? "")}: this flag takes no value`);
    const word = this.#argv[this.#next];
    if (word === undefined || !word.startsWith("--")) return undefined;
    this.#next++;
    if (word === "--") return undefined;
    const equals = word.indexOf("=");
    if (equals < 0) return word;
    this.#inline = word.slice(equals + 1);
    return word.slice(0, equals);
  }

  value(flag: string): string {
    const inline = this.#inline;
    this.#inline = undefined;
    if (inline !== undefined) return inline;
    const word = this.#argv[this.#next++];
    if (word === undefined) throw new WrunError("invalid", `${flag} needs a value`);
    return word;
  }

  rest(): readonly string[] {
    return this.#argv.slice(this.#next);
  }
}
