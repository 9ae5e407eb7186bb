import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { native } from "../../native/native.ts";
import { verbEnvironment } from "../../oci/engine-env.ts";
import { compilerlessEnvironment } from "../../shim/callers-environment.ts";

test("a process of ours without a compiler gives its own children our environment, not its own", () => {
  const script = `
    const { native } = await import("${import.meta.dir}/../../native/native.ts");
    const { restoreEnvironment } = await import("${import.meta.dir}/../../shim/callers-environment.ts");
    const before = native.environ();
    restoreEnvironment();
    console.log(JSON.stringify([before, native.environ()]));`;
  const [reader, writer] = native.pipe() as readonly [number, number];
  const argv = [process.execPath, "-e", script];
  const pid = native.spawn({
    path: process.execPath,
    argv,
    env: compilerlessEnvironment(),
    fds: [-1, writer, 2],
  });
  native.close(writer);
  const [before, after] = JSON.parse(readFileSync(reader, "utf8")) as [string[], string[]];
  native.close(reader);
  expect(native.waitpid(pid, 0)).toEqual([1, 0]);
  expect(before).toEqual([
    ...native.environ(),
    ...verbEnvironment,
    `wrun:launcher=${verbEnvironment.length + 1}`,
  ]);
  expect(after).toEqual([...native.environ()]);
});
