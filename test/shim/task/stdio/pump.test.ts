import { expect, test } from "bun:test";
import { native } from "../../../../native/native.ts";
import { closeWatched, forget } from "../../../../shim/host/readiness.ts";
import { pump } from "../../../../shim/task/stdio/pump.ts";
import { pipe } from "../../../native/scratch.ts";
import { until } from "../../../until.ts";
import { seen } from "../../host/seen.ts";

const nonBlocking = 0o4000;

/** A pipe whose ends do not block. */
function freePipe(): readonly [number, number] {
  const ends = pipe();
  for (const fd of ends) native.setFlags(fd, native.getFlags(fd) | nonBlocking);
  return ends;
}

/** Reads all that can be read now. */
function drain(fd: number): number[] {
  const buffer = new Uint8Array(4096);
  const bytes: number[] = [];
  for (;;) {
    const got = native.read(fd, buffer.buffer, 0, buffer.length);
    if (got <= 0) return bytes;
    bytes.push(...buffer.subarray(0, got));
  }
}

test("pump() hands on every byte in order to a reader that is slow, and ends with its source", async () => {
  const [[from, source], [sink, to]] = [freePipe(), freePipe()];
  const sent = Uint8Array.from({ length: 300_000 }, (_, at) => (at * 7 + (at >> 8)) & 255);
  const pumping = pump(from, to);
  const came: number[] = [];
  for (let at = 0; came.length < sent.length;) {
    if (at < sent.length)
      at += Math.max(native.write(source, sent.buffer, at, Math.min(50_000, sent.length - at)), 0);
    await new Promise(setImmediate);
    came.push(...drain(sink));
  }
  closeWatched(source);
  await pumping;
  expect(Buffer.compare(Buffer.from(came), Buffer.from(sent))).toBe(0);
  for (const fd of [from, sink, to]) closeWatched(fd);
});

test("pump() keeps no more than one read for a reader that never comes: the writer has to wait", async () => {
  const [[from, source], [sink, to]] = [freePipe(), freePipe()];
  const pumping = pump(from, to);
  const page = new ArrayBuffer(4096);
  let wrote = 0;
  const fill = (): void => {
    for (let got = 0; got >= 0; got = native.write(source, page, 0, 4096)) wrote += got;
  };
  // Two pipes of 64 KiB, and what is on its way between them.
  const all = 3 * 64 * 1024;
  const isFull = (): boolean => {
    fill();
    return wrote >= all;
  };
  await until("everything between writer and reader is full", isFull, () => wrote);
  await seen();
  fill();
  expect(wrote).toBe(all);
  forget(to);
  await pumping;
  for (const fd of [from, source, sink, to]) closeWatched(fd);
});

test("pump() ends where nobody can read any more, and where it is told to", async () => {
  const [[from, source], [sink, to]] = [freePipe(), freePipe()];
  closeWatched(sink);
  const pumping = pump(from, to);
  native.write(source, new ArrayBuffer(1), 0, 1);
  await pumping;
  const waiting = pump(from, to);
  forget(from);
  await waiting;
  for (const fd of [from, source, to]) closeWatched(fd);
});
