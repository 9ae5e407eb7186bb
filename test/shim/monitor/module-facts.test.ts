import { createHash } from "node:crypto";
import { mkdirSync, renameSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { expect, test } from "bun:test";
import { moduleFacts } from "../../../shim/monitor/module-facts.ts";
import { exchanging, raceRounds, raceTimeoutMs } from "../../exchange.ts";
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

const secret = `${temporaryDirectory()}/secret`;
writeFileSync(secret, "a file of the host");

test(
  "a container that exchanges its module with a symlink has no file of the host read",
  async () => {
    writeFileSync(`${rootfs}/raced.wasm`, "\0asm");
    symlinkSync(secret, `${rootfs}/raced-link`);
    const digest = `sha256:${createHash("sha256").update("\0asm").digest("hex")}`;
    await using race = await exchanging(`${rootfs}/raced.wasm`, `${rootfs}/raced-link`);
    void race;
    for (let round = 0; round < raceRounds; round++) {
      const found = await moduleFacts(guest("/raced.wasm"), undefined);
      if (found.digest !== digest && found.digest !== "") throw new Error(`round ${round}: ${found.digest}`);
    }
  },
  raceTimeoutMs,
);

test("a module that is mounted is read, but not where a symlink leads from its place by now", async () => {
  const folder = temporaryDirectory();
  const mounted = { ...guest("/none"), host: `${folder}/sub/app.wasm` };
  mkdirSync(`${folder}/sub`);
  writeFileSync(mounted.host, "\0asm");
  expect((await moduleFacts(mounted, undefined)).size).toBe(4);
  renameSync(`${folder}/sub`, `${folder}/moved`);
  symlinkSync("moved", `${folder}/sub`);
  expect(await moduleFacts(mounted, undefined)).toEqual(none);
  symlinkSync(secret, `${folder}/link`);
  run(["mkfifo", `${folder}/fifo`]);
  for (const name of ["link", "fifo"])
    expect(await moduleFacts({ ...mounted, host: `${folder}/${name}` }, undefined)).toEqual(none);
});
