import { expect, test } from "bun:test";
import {
  durationText,
  type Listed,
  type Order,
  sizeText,
  tableLines,
} from "../../../shim/monitor/watch/table.ts";

const containers: Listed[] = [
  {
    id: "b2c4e6f8a0b2c4e6",
    name: "web",
    pod: "shop-1",
    status: "running",
    startedAt: { seconds: 900 },
    memory: 3_500_000,
  },
  { id: "a1", name: "\x1b[2Jevil\u202e", status: "created" },
  {
    id: "c3",
    name: "job",
    status: "stopped",
    startedAt: { seconds: 500 },
    exitedAt: { seconds: 530 },
    exitStatus: 134,
    reason: "trapped",
    detail: "unreachable",
  },
];

const table = (order: Order, size = { rows: 24, columns: 120 }) =>
  tableLines(containers, { order, now: 1000, ...size });

test("the table has a line for each container, and how it ended", () => {
  expect(table("i")).toEqual([
    "3 containers",
    "ID▾           NAME                 POD     STATE    UPTIME  MEMORY  EXIT",
    "a1            \\u001b[2Jevil\\u202e  -       created  -       -       -",
    "b2c4e6f8a0b…  web                  shop-1  running  1m40s   3.3M    -",
    "c3            job                  -       stopped  30s     -       134 trapped unreachable",
    "q quit · sort by i id, n name, p pod, s state, u uptime, m memory, e exit",
  ]);
});

test("it is sorted by the column that a key has chosen, what is newest, largest or worst first", () => {
  const first = (order: Order): string => table(order)[2]?.slice(0, 2) ?? "";
  const orders: Order[] = ["n", "s", "u", "m", "e"];
  expect(orders.map(first)).toEqual(["a1", "a1", "b2", "b2", "c3"]);
  expect(table("m")[1]).toContain("MEMORY▾");
});

test("what does not fit the terminal is cut, and counted", () => {
  const lines = table("i", { rows: 5, columns: 20 });
  expect(lines[0]).toBe("3 containers, 1 of them below");
  expect(lines).toHaveLength(5);
  for (const line of lines.slice(1)) expect(line.length).toBeLessThanOrEqual(20);
});

test("what a terminal might show wider than one column does not shift the others", () => {
  const lines = tableLines([{ id: "a", name: "\u{6f22}\u{1f600}e\u0301", status: "created" }], {
    order: "i",
    now: 0,
    rows: 24,
    columns: 80,
  });
  expect(lines[2]).toBe("a    ??e?  -    created  -       -       -");
});

test("durations and sizes are short", () => {
  expect([-1, 59, 61, 3600, 90_000].map(durationText)).toEqual(["0s", "59s", "1m1s", "1h0m", "1d1h"]);
  expect([512, 10_240, 5e6, 1e9, 5e12].map(sizeText)).toEqual(["0.5K", "10K", "4.8M", "954M", "4.5T"]);
});
