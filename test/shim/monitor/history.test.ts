import { appendFileSync, readFileSync, statSync } from "node:fs";
import { expect, test } from "bun:test";
import type { Envelope } from "../../../shim/monitor/envelope.ts";
import { type Batch, History } from "../../../shim/monitor/history.ts";
import type { Life } from "../../../shim/monitor/life.ts";
import { temporaryDirectory } from "../../wrun.ts";

const life: Life = {
  key: "k",
  details: { id: "c", namespace: "n", bundle: "/b" },
  pid: 7,
  startTime: "1",
  status: "running",
  createdAt: 1,
  createTook: 1,
};

function batch(offset: number, lives: Batch["lives"] = new Map()): Batch {
  const event = { type_url: "t", value: Uint8Array.of(offset) };
  const envelope = { at: BigInt(offset) as Envelope["at"], namespace: "n", topic: "/t", event };
  return { position: { generation: 0, offset }, lives, envelopes: [envelope] };
}

test("what was written down is read again: events, containers, and how far the spool was read", () => {
  const folder = temporaryDirectory();
  const first = new History(folder);
  expect(first.load()).toEqual([]);
  const batches = [batch(1, new Map([["k", life]])), batch(2, new Map([["k", undefined]]))];
  for (const each of batches) first.append(each, new Map());
  first.close();
  expect(new History(folder).load()).toEqual(batches);
});

test("what was cut short is taken away, and damage is passed over", () => {
  const folder = temporaryDirectory();
  const first = new History(folder);
  first.load();
  first.append(batch(1), new Map());
  first.close();
  appendFileSync(`${folder}/history`, 'damage\n{"position":');
  const second = new History(folder);
  expect(second.load()).toEqual([batch(1)]);
  second.append(batch(2), new Map());
  second.close();
  expect(new History(folder).load()).toEqual([batch(1), batch(2)]);
});

test("two files at most are kept, the newer of which begins with all containers", () => {
  const folder = temporaryDirectory();
  const history = new History(folder, 500);
  history.load();
  for (let offset = 1; offset <= 40; offset++) history.append(batch(offset), new Map([["k", life]]));
  history.close();
  expect(statSync(`${folder}/history`).size + statSync(`${folder}/history.older`).size).toBeLessThan(2500);
  const batches = new History(folder, 500).load();
  expect(batches.at(-1)).toEqual(batch(40));
  expect(batches.some(({ lives }) => lives.get("k")?.pid === 7)).toBe(true);
});

test("what could not be written is made up for by the next batch, which says how all is", () => {
  const folder = temporaryDirectory();
  const history = new History(folder);
  history.load();
  history.append(batch(1, new Map([["k", life]])), new Map([["k", life]]));
  const unwritable = { ...life, pid: 7n as unknown as number };
  expect(() => history.append(batch(2, new Map([["k", unwritable]])), new Map())).toThrow();
  const other = { ...life, key: "l" };
  history.append(batch(3), new Map([["l", other]]));
  history.append(batch(4), new Map([["l", other]]));
  history.close();
  expect(new History(folder).load()).toEqual([
    batch(1, new Map([["k", life]])),
    { ...batch(3, new Map([["l", other]])), whole: true },
    batch(4),
  ]);
});

test("damage that is no UTF-8 does not shift what is taken away", () => {
  const folder = temporaryDirectory();
  const first = new History(folder);
  first.load();
  first.append(batch(1), new Map());
  first.close();
  appendFileSync(`${folder}/history`, Uint8Array.of(0xff, 0xfe, 0xff, 10, 0xff, 0xe2));
  const second = new History(folder);
  expect(second.load()).toEqual([batch(1)]);
  second.append(batch(2), new Map());
  second.close();
  expect(new History(folder).load()).toEqual([batch(1), batch(2)]);
  expect(readFileSync(`${folder}/history`).includes(0)).toBe(false);
});
