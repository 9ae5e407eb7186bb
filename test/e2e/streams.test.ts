import { symlinkSync } from "node:fs";
import { expect, test } from "bun:test";
import { hasFixture, writeBundle } from "../bundle.ts";
import { run, temporaryDirectory, wrun } from "../wrun.ts";

const place = temporaryDirectory();
const write = (path: string): string[] => ["write", path, `to ${path}\n`, ","];
const outputs = ["/dev/stdout", "/dev/fd/1", "/log"];

// With /dev mounted as every engine has it, and without: the embedded sandbox has no devices either way.
for (const mounts of [[], [{ destination: "/dev", type: "tmpfs", source: "tmpfs" }]])
  test.skipIf(!hasFixture("toolbox"))(
    `an embedded guest opens its own standard streams by name, with ${mounts.length} mounts`,
    () => {
      const args = ["/app.wasm", ...outputs.flatMap(write), ...write("/dev/stderr"), "cat", "/dev/stdin"];
      const bundle = writeBundle(`${place}/${mounts.length}`, {
        guest: "toolbox",
        config: { mounts },
        process: { args },
      });
      symlinkSync("/dev/stdout", `${bundle}/rootfs/log`);
      const command = [wrun, "--root", `${place}/state`, "--sandbox", "embedded", "run", "--bundle", bundle];
      const { stdout, stderr } = run([...command, `streams-${mounts.length}`], { stdin: "from stdin\n" });
      const written = outputs.map((path) => `to ${path}\nwrote ${path}\n`).join("");
      expect(stdout).toBe(`${written}wrote /dev/stderr\nfrom stdin\n`);
      expect(stderr).toBe("to /dev/stderr\n");
    },
  );
