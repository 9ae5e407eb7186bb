import { appendFileSync, statSync } from "node:fs";
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
