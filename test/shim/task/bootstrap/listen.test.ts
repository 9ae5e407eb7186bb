import { expect, test } from "bun:test";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { native } from "../../../../native/native.ts";
import { listen, removeDead } from "../../../../shim/task/bootstrap/listen.ts";
import { temporaryDirectory } from "../../../wrun.ts";

const folder = temporaryDirectory();

test("listen() makes a socket that only its user can reach, in a folder likewise", () => {
  const socket = `${folder}/new/s/socket`;
  const fd = listen(socket) ?? -1;
  expect(fd).toBeGreaterThan(2);
  expect(statSync(socket).mode & 0o777).toBe(0o700);
  expect(statSync(`${folder}/new/s`).mode & 0o777).toBe(0o700);
  native.close(fd);
});

test("listen() finds a shim that listens, also one with no room for more callers", () => {
  const socket = `${folder}/served`;
  const fd = native.listen(1, socket, 0, 1);
  expect(listen(socket)).toBeUndefined();
  const callers = Array.from({ length: 5 }, () => native.connectUnix(socket, 0o4000));
  expect(callers.some((caller) => caller === -11)).toBe(true);
  expect(listen(socket)).toBeUndefined();
  for (const caller of callers) if (caller >= 0) native.close(caller);
  native.close(fd);
});

test("listen() takes the place of a shim that was killed", () => {
  const socket = `${folder}/dead`;
  native.close(native.listen(1, socket, 0, 1));
  const fd = listen(socket) ?? -1;
  expect(native.connectUnix(socket, 0)).toBeGreaterThan(2);
  native.close(fd);
});

test("listen() says which name it cannot listen at", () => {
  const long = `${folder}/${"x".repeat(100)}`;
  expect(() => listen(long)).toThrow(`cannot listen at ${long}: File name too long`);
  writeFileSync(`${folder}/file`, "");
  expect(() => listen(`${folder}/file/socket`)).toThrow("Not a directory");
});

test("removeDead() takes away a socket at which nobody listens, and no other", () => {
  const [dead, served] = [`${folder}/to-remove`, `${folder}/to-keep`];
  native.close(native.listen(1, dead, 0, 1));
  const fd = native.listen(1, served, 0, 1);
  for (const socket of [dead, served, `${folder}/none`, "/no/such/folder/socket"]) removeDead(socket);
  expect([existsSync(dead), existsSync(served)]).toEqual([false, true]);
  native.close(fd);
});

test("neither listen() nor removeDead() takes a file away that is no socket", () => {
  const file = `${folder}/no-socket`;
  writeFileSync(file, "kept");
  for (const act of [listen, removeDead]) expect(() => act(file)).toThrow(`${file} is no socket`);
  expect(readFileSync(file, "utf8")).toBe("kept");
});
