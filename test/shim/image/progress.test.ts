import { expect, test } from "bun:test";
import { Progress, type ProgressPlace } from "../../../shim/image/progress.ts";

/** A terminal, or none, with a clock that the test turns. */
class FakePlace implements ProgressPlace {
  readonly written: string[] = [];
  readonly isTerminal: boolean;
  time = 0;

  constructor(isTerminal = true) {
    this.isTerminal = isTerminal;
  }

  readonly now = (): number => this.time;
  readonly write = (text: string): void => void this.written.push(text);
}

const clear = "\r\x1b[K";

test("a bar is drawn after a second, five times a second at most, and taken away at the end", () => {
  const place = new FakePlace();
  const progress = new Progress("packing", place);
  progress.expect(100e6);
  for (const [time, bytes] of [
    [500, 10e6],
    [999, 10e6],
    [1000, 30e6],
    [1100, 5e6],
    [1200, 20e6],
  ] as const) {
    place.time = time;
    progress.add(bytes);
  }
  progress.end();
  expect(place.written).toEqual([
    `${clear}packing ████████████░░░░░░░░░░░░ 50% 50 of 100 MB`,
    `${clear}packing ██████████████████░░░░░░ 75% 75 of 100 MB`,
    clear,
  ]);
});

test("nothing is drawn for what is done within a second, nor where there is no terminal", () => {
  for (const place of [new FakePlace(), new FakePlace(false)]) {
    const progress = new Progress("unpacking", place);
    progress.expect(1e6);
    place.time = place.isTerminal ? 900 : 5000;
    progress.add(1e6);
    progress.end();
    expect(place.written).toEqual([]);
  }
});
