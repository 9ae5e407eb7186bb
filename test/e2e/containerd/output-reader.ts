/** Reads what a program prints while it runs. */
export class OutputReader {
  readonly #reader;
  readonly #decoder = new TextDecoder();
  #pending: Promise<boolean> | undefined;
  #text = "";

  constructor(stream: ReadableStream<Uint8Array>) {
    this.#reader = stream.getReader();
  }

  /** All that has come so far. */
  get text(): string {
    return this.#text;
  }

  /** Waits until `wanted` has come; throws where the output ends without it. */
  async until(wanted: string | RegExp): Promise<string> {
    while (!(typeof wanted === "string" ? this.#text.includes(wanted) : wanted.test(this.#text))) {
      if (await this.more()) throw new Error(`${String(wanted)} never came: ${JSON.stringify(this.#text)}`);
    }
    return this.#text;
  }

  /** Waits for the end, and returns everything from the beginning. */
  async rest(): Promise<string> {
    while (!(await this.more())) continue;
    return this.#text;
  }

  /** Waits for more, and says whether the end came instead; several may wait. */
  more(): Promise<boolean> {
    this.#pending ??= this.#next().finally(() => (this.#pending = undefined));
    return this.#pending;
  }

  async #next(): Promise<boolean> {
    const { done, value } = await this.#reader.read();
    if (value !== undefined) this.#text += this.#decoder.decode(value, { stream: true });
    return done;
  }
}
