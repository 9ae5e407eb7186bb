import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { native } from "../../native/native.ts";
import { launcherMark, verbEnvironment } from "../../oci/engine-env.ts";

const added = [...verbEnvironment, `${launcherMark}${verbEnvironment.length + 1}:1024`];

test("what the launcher has started gives its own children our environment, not its own", () => {
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
    env: [...native.environ(), ...added],
    fds: [-1, writer, 2],
  });
  native.close(writer);
  const [before, after] = JSON.parse(readFileSync(reader, "utf8")) as [string[], string[]];
  native.close(reader);
  expect(native.waitpid(pid, 0)).toEqual([1, 0]);
  expect(before).toEqual([...native.environ(), ...added]);
  expect(after).toEqual([...native.environ()]);
});
