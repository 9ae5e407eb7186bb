import { readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "bun:test";
import { native } from "../../../native/native.ts";
import { listenAt } from "../../../shim/monitor/listen.ts";
import { temporaryDirectory } from "../../wrun.ts";

const folder = temporaryDirectory();

test("listenAt() takes the place of a socket without a listener, and of no other file", () => {
  const [dead, file] = [`${folder}/dead`, `${folder}/file`];
  native.close(native.listen(1, dead, 0, 1));
  native.close(listenAt(dead));
  writeFileSync(file, "kept");
  expect(() => listenAt(file)).toThrow(`${file} is no socket: remove it, or name another path`);
  expect(readFileSync(file, "utf8")).toBe("kept");
});
