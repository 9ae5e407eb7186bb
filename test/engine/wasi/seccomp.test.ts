import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "bun:test";
import { fixture, hasFixture } from "../../bundle.ts";
import { run, temporaryDirectory, wrun } from "../../wrun.ts";

const work = temporaryDirectory();
const launcher = join(work, "without-openat2");
const source = new URL("without-openat2.c", import.meta.url).pathname;
const compiler = ["cc", "gcc", "clang"].find((name) => Bun.which(name) !== null) ?? "cc";
const compiled = run([compiler, "-O1", "-o", launcher, source]).code === 0;

// Old seccomp profiles answer EPERM, old kernels ENOSYS.
const refusals = { EPERM: 1, ENOSYS: 38 };

for (const [name, errno] of Object.entries(refusals)) {
  test.skipIf(!compiled || !hasFixture("wasi-cat"))(`where openat2 is ${name}, paths are walked`, () => {
    const root = mkdtempSync(join(work, "root-"));
    mkdirSync(join(root, "etc"));
    writeFileSync(join(root, "etc/name"), "of the guest");
    symlinkSync("/etc/name", join(root, "absolute"));
    symlinkSync("../../../../../../../../etc/passwd", join(root, "escape"));
    const paths = ["/etc/name", "/absolute", "/escape", "/../etc/name"];
    const flags = ["--dir", `${root}::/`];
    const command = [wrun, "wasm", ...flags, fixture("wasi-cat"), ...paths];
    const ended = run([launcher, String(errno), ...command]);
    expect(ended.stdout.split("\n")).toEqual([
      "/etc/name: of the guest",
      "/absolute: of the guest",
      "/escape: No such file or directory",
      "/../etc/name: of the guest",
      "",
    ]);
    expect(ended).toEqual(run(command));
  });
}
