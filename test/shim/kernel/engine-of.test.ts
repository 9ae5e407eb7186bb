import { expect, test } from "bun:test";
import { engineOf, wordsOf } from "../../../shim/kernel/engine-of.ts";
import { until } from "../../until.ts";

// Whether a real engine is found is what test/e2e/kernel/exec.test.ts asks.
test("engineOf() believes no process by its command line, and none that has exited", async () => {
  const script = "read line";
  const words = ["-c", script, "--inhibit-cache", "/dev/.wrun/wrun", "wasm", "--", "/app.wasm"];
  const child = Bun.spawn({
    cmd: ["sh", ...words],
    argv0: "/dev/.wrun/ld.so",
    stdio: ["pipe", "ignore", "ignore"],
  });
  await until("it has executed sh", () => wordsOf(child.pid, "cmdline")?.[0] === "/dev/.wrun/ld.so");
  expect(wordsOf(child.pid, "cmdline")).toContain("wasm");
  expect(engineOf(child.pid, true)).toBeUndefined();
  await child.stdin.end();
  await child.exited;
  expect(engineOf(child.pid, true)).toBeUndefined();
});
