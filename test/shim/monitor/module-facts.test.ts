import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { expect, test } from "bun:test";
import { moduleFacts } from "../../../shim/monitor/module-facts.ts";
import { run, temporaryDirectory } from "../../wrun.ts";

const rootfs = temporaryDirectory();
mkdirSync(`${rootfs}/folder`);
const guest = (path: string) => ({ path, rootfs, grant: [] });
const none = { digest: "", size: 0, dialect: "", compileNanos: 0 };

test("of a module that is too large to be read, the size alone is told", async () => {
  writeFileSync(`${rootfs}/large.wasm`, "\0asm");
  truncateSync(`${rootfs}/large.wasm`, 2 ** 30);
  expect(await moduleFacts(guest("/large.wasm"), undefined)).toEqual({ ...none, size: 2 ** 30 });
});

test("nothing outside of the image is read, and only regular files are", async () => {
  symlinkSync("../../../../../../etc/passwd", `${rootfs}/out.wasm`);
  run(["mkfifo", `${rootfs}/fifo.wasm`]);
  for (const path of ["/out.wasm", "/../../../../../etc/passwd", "/fifo.wasm", "/folder", "/none"])
    expect(await moduleFacts(guest(path), undefined)).toEqual(none);
});

test("what the engine has described is not looked for", async () => {
  const described = { report: "described", digest: "sha256:1", size: 7, dialect: "wasi-preview1" };
  const facts = await moduleFacts(guest("/none"), `${JSON.stringify(described)}\n`);
  expect(facts).toEqual({ digest: "sha256:1", size: 7, dialect: "wasi-preview1", compileNanos: 0 });
});
