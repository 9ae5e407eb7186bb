import { WrunError } from "../../oci/error.ts";

/**
 * One flag: its spellings (`--bundle`, `-b`), what its value is called, or which words it may be (`text|json`; none: a
 * switch), its line of help.
 */
export interface Flag {
  readonly names: readonly [string, ...string[]];
  readonly value?: string;
  readonly help: string;
}

/** The flags that were given, by their first name. */
export class Flags {
  readonly #values = new Map<string, string>();
  readonly #given: (readonly [string, string])[] = [];

  set(name: string, value: string): void {
    this.#values.set(name, value);
    this.#given.push([name, value]);
  }

  /** Every value of a flag that may be given several times, in their order. */
  all(name: string): readonly string[] {
    return this.#given.filter(([given]) => given === name).map(([, value]) => value);
  }

  value(name: string): string | undefined {
    return this.#values.get(name);
  }

  has(name: string): boolean {
    return this.#values.get(name) === "true";
  }
}

/**
 * Walks a command line from left to right: flags in every spelling that crun (argp) and runc (Go) take -
 * `--bundle X`, `--bundle=X`, `-b X`, `-bX`, `-b=X`, `-bundle X`, `-df` - and words between them.
 */
export class ArgvReader {
  readonly flags: Flags = new Flags();
  readonly #argv: readonly string[];
  #next = 0;
  #onlyWords = false;

  constructor(argv: readonly string[]) {
    this.#argv = argv;
  }

  /** Takes in flags up to the next word and returns that; undefined at the end. */
  word(known: readonly Flag[]): string | undefined {
    for (;;) {
      const word = this.#argv[this.#next++];
      if (word === undefined || this.#onlyWords || word === "-" || !word.startsWith("-")) return word;
      if (word === "--") this.#onlyWords = true;
      else this.#flag(word, known);
    }
  }

  #flag(word: string, known: readonly Flag[]): void {
    const equals = word.indexOf("=");
    const name = equals < 0 ? word : word.slice(0, equals);
    const long = find(known, name) ?? find(known, `-${name}`);
    if (long !== undefined) this.#take(long, equals < 0 ? undefined : word.slice(equals + 1));
    else if (word.startsWith("--")) throw unknown(name);
    else this.#cluster(word, known);
  }

  #cluster(word: string, known: readonly Flag[]): void {
    for (let at = 1; at < word.length; at++) {
      const flag = find(known, `-${word.charAt(at)}`);
      if (flag === undefined) throw unknown(word);
      if (flag.value !== undefined) {
        this.#take(flag, word.slice(at + 1) || undefined);
        return;
      }
      this.flags.set(flag.names[0], "true");
    }
  }

  #take(flag: Flag, inline: string | undefined): void {
    const [name] = flag.names;
    const value = inline ?? (flag.value === undefined ? "true" : this.#argv[this.#next++]);
    if (value === undefined) throw new WrunError("invalid", `${name} needs a value: ${name} ${flag.value}`);
    if (flag.value === undefined && value !== "true" && value !== "false") {
      throw new WrunError("invalid", `${name} takes no value but true or false`);
    }
    checkWord(flag, value);
    this.flags.set(name, value);
  }
}

// Before a verb does anything: not every verb looks at all of its flags first.
function checkWord({ names: [name], value: kind = "" }: Flag, value: string): void {
  if (!/^[a-z]+(?:\|[a-z]+)+$/.test(kind)) return;
  const words = kind.split("|");
  if (words.includes(value)) return;
  const shown = JSON.stringify(value.slice(0, 80));
  throw new WrunError("invalid", `${name}: ${shown} is not one of ${words.join(", ")}`);
}

function find(known: readonly Flag[], name: string): Flag | undefined {
  return known.find((flag) => flag.names.includes(name));
}

function unknown(name: string): WrunError {
  return new WrunError("invalid", `unknown flag ${JSON.stringify(name.slice(0, 80))}: see 'wrun --help'`);
}
