import { closeSync, existsSync, fstatSync, openSync } from "node:fs";
import { expect, test } from "bun:test";
import { native } from "../../../native/native.ts";
import { ConsoleSocket } from "../../../shim/task/stdio/console-socket.ts";
import { temporaryDirectory } from "../../wrun.ts";
import { failed, pipe, readAll } from "../../native/scratch.ts";

const folder = temporaryDirectory();

test("a console socket gives the terminal that was left there, or says that there is none", () => {
  const socket = new ConsoleSocket(folder);
  expect(() => socket.terminal()).toThrow("has made no terminal");
  const runtime = native.connectUnix(socket.path, 0);
  expect(() => socket.terminal()).toThrow("has made no terminal");
  native.close(runtime);
  const [reader, writer] = pipe();
  const another = native.connectUnix(socket.path, 0);
  expect(native.sendFd(another, writer)).toBe(0);
  native.close(another);
  native.close(writer);
  const terminal = socket.terminal();
  native.write(terminal, new TextEncoder().encode("hello").buffer, 0, 5);
  native.close(terminal);
  expect(readAll(reader)).toBe("hello");
  native.close(reader);
  socket.close();
});

test("a console socket that is closed again leaves alone what has its number by then", () => {
  const socket = new ConsoleSocket(folder);
  socket.close();
  expect(existsSync(socket.path)).toBe(false);
  const others = Array.from({ length: 8 }, () => openSync("/dev/null", "r"));
  socket.close();
  for (const fd of others) {
    expect(fstatSync(fd).isCharacterDevice()).toBe(true);
    closeSync(fd);
  }
  expect(native.connectUnix(socket.path, 0)).toBe(failed.noent);
});
