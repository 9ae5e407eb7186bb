import { expect, test } from "bun:test";
import { run, wrun } from "../../wrun.ts";
import { missing } from "./environment.ts";

test.skipIf(missing !== undefined)("features are the low-level runtime's, with our annotations added", () => {
  const plain = JSON.parse(run(["runc", "features"]).stdout) as Record<string, Record<string, string>>;
  const { code, stdout } = run([wrun, "--runtime-path", "runc", "features"]);
  const ours = JSON.parse(stdout) as Record<string, Record<string, string>>;
  expect(code).toBe(0);
  expect(ours["annotations"]).toMatchObject({
    ...plain["annotations"],
    "run.oci.wrun.wasm": "wasi-preview1",
  });
  const { annotations: _ours, potentiallyUnsafeConfigAnnotations: unsafe, ...rest } = ours;
  const { annotations: _plain, potentiallyUnsafeConfigAnnotations: _unsafe, ...plainRest } = plain;
  expect(rest).toEqual(plainRest);
  expect(Object.values(unsafe ?? {})).toContain("module.wasm.image/variant");
});

test.skipIf(missing !== undefined)(
  "help of a verb that only the low-level runtime has is the runtime's",
  () => {
    const help = ["checkpoint", "--help"];
    expect(run([wrun, "--runtime-path", "runc", ...help])).toEqual(run(["runc", ...help]));
  },
);
