import { native } from "../../native/native.ts";
import { writeAll } from "../host/write-all.ts";

const stderr = 2;
const patience = 1000;
const pause = 200;
const barWidth = 24;
const toLineStart = "\r\x1b[K";

/** Where a bar is drawn, and by which clock (milliseconds). */
export interface ProgressPlace {
  readonly isTerminal: boolean;
  readonly now: () => number;
  readonly write: (text: string) => void;
}

/** How far a long task has come: a bar on a terminal, once it has taken a second; nothing anywhere else. */
export class Progress {
  readonly #task: string;
  readonly #place: ProgressPlace;
  readonly #begun: number;
  #total = 0;
  #done = 0;
  #drawn = 0;

  constructor(task: string, place: ProgressPlace = standardError()) {
    this.#task = task;
    this.#place = place;
    this.#begun = place.now();
  }

  /** So many bytes more are to come. */
  expect(bytes: number): void {
    this.#total += bytes;
  }

  /** So many bytes have been done. */
  add(bytes: number): void {
    this.#done += bytes;
    if (!this.#place.isTerminal) return;
    const now = this.#place.now();
    if (now - this.#begun < patience || now - this.#drawn < pause) return;
    this.#drawn = now;
    this.#place.write(`${toLineStart}${this.#line()}`);
  }

  /** Takes the bar away. */
  end(): void {
    if (this.#drawn > 0) this.#place.write(toLineStart);
    this.#drawn = 0;
  }

  #line(): string {
    const share = this.#total === 0 ? 0 : Math.min(this.#done / this.#total, 1);
    const filled = Math.round(share * barWidth);
    const bar = "█".repeat(filled) + "░".repeat(barWidth - filled);
    const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(0);
    return `${this.#task} ${bar} ${Math.floor(share * 100)}% ${megabytes(this.#done)} of ${megabytes(this.#total)} MB`;
  }
}

function standardError(): ProgressPlace {
  return {
    isTerminal: native.isatty(stderr),
    now: () => performance.now(),
    write: (text) => void writeAll(stderr, text),
  };
}
