import { expect, test } from "bun:test";
import { existsSync, mkdtempSync, readdirSync } from "node:fs";
import { native } from "../../../../native/native.ts";
import { ConsoleSocket } from "../../../../shim/task/stdio/console-socket.ts";
import { openTerminalIo } from "../../../../shim/task/stdio/terminal-io.ts";
import { pipe } from "../../../native/scratch.ts";
import { temporaryDirectory } from "../../../wrun.ts";
import { until } from "../until.ts";

const folder = temporaryDirectory();
const place = { id: "a", namespace: "test", sockets: mkdtempSync(`${folder}/s-`) };
const openFiles = (): number => readdirSync("/proc/self/fd").length;

/** What a low-level runtime does that has made a terminal. */
function sendTo(path: string, fd: number): void {
  const connection = native.connectUnix(path, 0);
  native.sendFd(connection, fd);
  native.close(connection);
}

test("a terminal that was sent is received, and the socket goes", () => {
  const socket = new ConsoleSocket(place.sockets);
  const [reader, writer] = pipe();
  sendTo(socket.path, reader);
  const terminal = socket.terminal();
  expect(terminal).toBeGreaterThan(2);
  socket.close();
  expect(existsSync(socket.path)).toBe(false);
  for (const fd of [terminal, reader, writer]) native.close(fd);
});

test("a runtime that has ended and sent nothing, or something else, is an error, not a wait", () => {
  const socket = new ConsoleSocket(place.sockets);
  expect(() => socket.terminal()).toThrow("the low-level runtime has made no terminal");
  socket.close();
  const other = new ConsoleSocket(place.sockets);
  native.close(native.connectUnix(other.path, 0));
  expect(() => other.terminal()).toThrow("cannot receive a terminal at");
  other.close();
});

test("close() closes its own descriptor alone, however often it is called", async () => {
  const socket = new ConsoleSocket(place.sockets);
  socket.close();
  // What is opened now gets the number that the socket had.
  const taken = Array.from({ length: 8 }, () => native.eventfd());
  socket.close();
  expect(taken.map((fd) => native.getFlags(fd) >= 0)).toEqual(taken.map(() => true));
  for (const fd of taken) native.close(fd);
});

test("the socket takes the place of one that a killed process of the same pid has left", () => {
  const first = new ConsoleSocket(place.sockets);
  first.close();
  const next = first.path.replace(/\d+$/, (number) => `${Number(number) + 1}`);
  native.close(native.listen(1, next, 0, 1));
  const second = new ConsoleSocket(place.sockets);
  expect(second.path).toBe(next);
  second.close();
});

test("a terminal that was sent and never asked for is closed", async () => {
  const before = openFiles();
  const [reader, writer] = pipe();
  const socket = new ConsoleSocket(place.sockets);
  sendTo(socket.path, reader);
  socket.close();
  native.close(reader);
  const other = new ConsoleSocket(place.sockets);
  const [again, end] = pipe();
  sendTo(other.path, again);
  await new Promise((resolve) => setTimeout(resolve));
  other.close();
  for (const fd of [writer, again, end]) native.close(fd);
  await until(() => openFiles() <= before);
});

test("streams with a terminal are closed once, and leave nothing", async () => {
  const before = openFiles();
  const io = await openTerminalIo({ stdin: "", stdout: "", stderr: "", terminal: true }, place);
  const [reader, writer] = pipe();
  sendTo(io.consoleSocket ?? "", reader);
  await io.handOver();
  io.close();
  const taken = Array.from({ length: 8 }, () => native.eventfd());
  io.close();
  expect(taken.every((fd) => native.getFlags(fd) >= 0)).toBe(true);
  for (const fd of [...taken, reader, writer]) native.close(fd);
  await until(() => openFiles() <= before);
  expect(readdirSync(place.sockets)).toEqual([]);
});
