import {
  appendFileSync,
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { expect, test } from "bun:test";
import { keyOf } from "../../../shim/events/key.ts";
import type { VerbRecord } from "../../../shim/events/record.ts";
import { spoolOf } from "../../../shim/events/setting.ts";
import { appendRecord, makeSpool, mostBytes, spoolFiles } from "../../../shim/events/spool.ts";
import { type Position, SpoolReader } from "../../../shim/monitor/spool-reader.ts";
import { native } from "../../../native/native.ts";
import { temporaryDirectory } from "../../wrun.ts";

const beginning: Position = { generation: 0, offset: 0 };
const [lockShared] = [1];

function newSpool(): string {
  const folder = `${temporaryDirectory()}/events.sock@spool`;
  makeSpool(folder);
  return folder;
}

const record = (at: number): VerbRecord => ({ kind: "verb", verb: "start", began: 0, at, code: 0, key: "k" });

/** Everything that can be read, by its time; whoever asks for positions gets what is to be written down. */
function readAll(reader: SpoolReader, positions: Position[] = []): number[] {
  const times: number[] = [];
  for (;;) {
    const records = reader.read((position) => void positions.push(position));
    if (records.length === 0) return times;
    times.push(...records.map(({ record }) => record.at));
  }
}

test("records are read in the order in which they were written, once", () => {
  const spool = newSpool();
  const reader = new SpoolReader(spool, beginning);
  expect(readAll(reader)).toEqual([]);
  for (const at of [1, 2]) expect(appendRecord(spool, record(at))).toBe(true);
  expect(readAll(reader)).toEqual([1, 2]);
  appendRecord(spool, record(3));
  expect(readAll(reader)).toEqual([3]);
});

test("a reader goes on where another one has stopped, in the midst of what it had read", () => {
  const spool = newSpool();
  for (const at of [1, 2, 3]) appendRecord(spool, record(at));
  const [, second] = new SpoolReader(spool, beginning).read(() => {});
  expect(readAll(new SpoolReader(spool, second?.position ?? beginning))).toEqual([3]);
});

test("a log that has been read and is large is taken away, and nothing of it is lost or read again", () => {
  const spool = newSpool();
  const positions: Position[] = [];
  const reader = new SpoolReader(spool, beginning, 1);
  for (const at of [1, 2]) appendRecord(spool, record(at));
  expect(readAll(reader, positions)).toEqual([1, 2]);
  expect(existsSync(`${spool}/log`)).toBe(false);
  appendRecord(spool, record(3));
  expect(readAll(reader, positions)).toEqual([3]);
  expect(positions).toContainEqual({ generation: 1, offset: 0 });
  expect(existsSync(`${spool}/log.0`)).toBe(false);
});

test("a writer that has the log open while it is taken away is waited for, and comes before later ones", () => {
  const spool = newSpool();
  const reader = new SpoolReader(spool, beginning, 1);
  appendRecord(spool, record(1));
  const slow = native.openat(-100, `${spool}/log`, 0o2001, 0);
  native.flock(slow, lockShared);
  expect(readAll(reader)).toEqual([1]);
  appendRecord(spool, record(3));
  expect(readAll(reader)).toEqual([]);
  const line = new TextEncoder().encode(`\n${JSON.stringify(record(2))}\n`);
  native.write(slow, line.buffer, 0, line.length);
  native.close(slow);
  expect(readAll(reader)).toEqual([2, 3]);
});

test("a reader that is killed while it takes a log away reads the rest of it first", () => {
  const spool = newSpool();
  appendRecord(spool, record(1));
  const [first] = new SpoolReader(spool, beginning, 1).read(() => {});
  readAll(new SpoolReader(spool, first?.position ?? beginning, 1));
  expect(existsSync(`${spool}/log.0`)).toBe(true);
  appendRecord(spool, record(2));
  expect(readAll(new SpoolReader(spool, first?.position ?? beginning))).toEqual([2]);
});

test("what a full disk has cut short, or is no record, is left out, and the next one is read", () => {
  const spool = newSpool();
  appendRecord(spool, record(1));
  truncateSync(`${spool}/log`, statSync(`${spool}/log`).size - 9);
  appendRecord(spool, record(2));
  appendFileSync(`${spool}/log`, 'no JSON\n[]\nnull\n{"kind":"verb"}\n{"kind":"other","at":1}\n\xff\n');
  appendRecord(spool, record(3));
  expect(readAll(new SpoolReader(spool, beginning))).toEqual([2, 3]);
});

test("a line longer than any record is passed over", () => {
  const spool = newSpool();
  appendRecord(spool, record(1));
  appendFileSync(`${spool}/log`, `{"kind":"verb","at":9,"verb":"${"x".repeat(5 * 2 ** 20)}"}\n`);
  appendRecord(spool, record(2));
  const times = readAll(new SpoolReader(spool, beginning));
  expect(times).toEqual([1, 2]);
});

test("past the spool's bound records are dropped, and counted", () => {
  const spool = newSpool();
  writeFileSync(`${spool}/log`, "");
  truncateSync(`${spool}/log`, Number(mostBytes) - 10);
  for (const at of [1, 2, 3]) expect(appendRecord(spool, record(at))).toBe(false);
  const reader = new SpoolReader(spool, beginning);
  expect(reader.dropped()).toBe(3);
  expect(reader.dropped()).toBe(0);
});

test("a spool that cannot be written delays and throws nothing", () => {
  const folder = temporaryDirectory();
  writeFileSync(`${folder}/file`, "");
  makeSpool(`${folder}/file/spool`);
  expect(appendRecord(`${folder}/file/spool`, record(1))).toBe(false);
  mkdirSync(`${folder}/spool/log`, { recursive: true });
  expect(appendRecord(`${folder}/spool`, record(1))).toBe(false);
  expect(readFileSync(spoolFiles(`${folder}/spool`).dropped, "utf8")).toBe(".");
});

test("a container's key is by its id and its runtime's root", () => {
  const keys = [keyOf(undefined, "a"), keyOf("/r", "a"), keyOf(undefined, "b"), keyOf("/r\na", "")];
  expect(new Set(keys).size).toBe(4);
  expect(keyOf(undefined, "c1")).toBe("2f8297189cc5bd51");
});

test("the spool stands beside the socket; what is no address of one is refused", () => {
  expect(spoolOf("unix:///run/wrun/events.sock")).toBe("/run/wrun/events.sock@spool");
  for (const address of ["", "/run/s", "unix://s", "tcp://h:1", "unix:///run/", `unix:///${"a".repeat(200)}`])
    expect(() => spoolOf(address)).toThrow("is no address: write unix:///run/wrun/events.sock");
});

test("nothing is written to a spool that others can write in, that is another's, or a link", () => {
  const open = newSpool();
  chmodSync(open, 0o777);
  const linked = `${temporaryDirectory()}/s`;
  symlinkSync(newSpool(), linked);
  const spools = [open, linked];
  if (process.getuid?.() === 0) spools.push(newSpool());
  if (spools[2] !== undefined) chownSync(spools[2], 65534, 65534);
  for (const spool of spools) {
    expect(makeSpool(spool)).toBe(false);
    expect(appendRecord(spool, record(1))).toBe(false);
    expect(existsSync(spoolFiles(spool).log) || existsSync(spoolFiles(spool).dropped)).toBe(false);
  }
});
