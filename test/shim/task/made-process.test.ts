import { chownSync, symlinkSync, writeFileSync } from "node:fs";
import { expect, test } from "bun:test";
import { readPid } from "../../../shim/task/made-process.ts";
import { run, temporaryDirectory } from "../../wrun.ts";

const folder = temporaryDirectory();
const file = `${folder}/init.pid`;

test("readPid() reads what the low-level runtime has left", () => {
  for (const text of ["123", "123\n"]) {
    writeFileSync(file, text);
    expect(readPid(file)).toBe(123);
  }
  for (const text of ["", "-1", "no number", "1".repeat(30)]) {
    writeFileSync(file, text);
    expect(() => readPid(file)).toThrow(`left no pid in ${file}`);
  }
  expect(() => readPid(`${folder}/none`)).toThrow("left no pid");
});

test("readPid() takes nobody else's word for which process it is", () => {
  symlinkSync(file, `${folder}/link`);
  run(["mkfifo", `${folder}/fifo`]);
  writeFileSync(`${folder}/long`, "1".repeat(65));
  expect(() => readPid(`${folder}/link`)).toThrow("it is a symbolic link");
  expect(() => readPid(`${folder}/fifo`)).toThrow("it is a FIFO");
  expect(() => readPid(`${folder}/long`)).toThrow("it is over 64 bytes");
  if (process.getuid?.() !== 0) return;
  writeFileSync(file, "123");
  chownSync(file, 4321, 4321);
  expect(() => readPid(file)).toThrow("it belongs to user 4321");
});
