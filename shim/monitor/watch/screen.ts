import { native } from "../../../native/native.ts";
import { writeAll } from "../../host/write-all.ts";

const stdout = 1;

// ECMA-48 and xterm: the alternate screen, the cursor, and clearing.
const enter = "\x1b[?1049h\x1b[?25l";
const leave = "\x1b[?25h\x1b[?1049l";
const home = "\x1b[H";
const clearLine = "\x1b[K";
const clearBelow = "\x1b[J";

/** The terminal, taken for a table that is drawn again and again, and given back as it was. */
export class Screen implements Disposable {
  constructor() {
    writeAll(stdout, enter);
  }

  /** [rows, columns]. */
  get size(): readonly [number, number] {
    const size = native.windowSize(stdout);
    return typeof size === "number" || size[0] === 0 ? [24, 80] : size;
  }

  draw(lines: readonly string[]): void {
    writeAll(stdout, home + lines.map((line) => line + clearLine).join("\r\n") + clearBelow);
  }

  [Symbol.dispose](): void {
    writeAll(stdout, leave);
  }
}
