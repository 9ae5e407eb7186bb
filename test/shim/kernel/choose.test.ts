import { expect, test } from "bun:test";
import { verbs } from "../../../shim/cli/verbs.ts";
import { isForKernel } from "../../../shim/kernel/choose.ts";
import { readKernelCall } from "../../../shim/kernel/kernel-call.ts";

const isForwarded = (...argv: string[]): boolean =>
  isForKernel(readKernelCall(["--sandbox", "kernel", ...argv]));

const both = ["create", "run", "start", "state", "kill", "delete", "list"];
const runtimesOwn = "exec ps pause resume update events checkpoint restore mounts features".split(" ");

test("isForKernel() sends what the low-level runtime has to it, and nothing else", () => {
  for (const verb of [...both, ...runtimesOwn]) expect(isForwarded(verb, "id")).toBe(true);
  for (const { name } of verbs) expect(isForwarded(name, "id")).toBe(both.includes(name));
  expect(isForwarded("no-such-verb")).toBe(false);
  expect(isForwarded()).toBe(false);
});

test("isForKernel() keeps the help on every verb of ours, and leaves the others' to their runtime", () => {
  for (const { name } of verbs) expect(isForwarded(name, "--help")).toBe(false);
  for (const verb of runtimesOwn) expect(isForwarded(verb, "--help")).toBe(true);
});

test("isForKernel() does as --sandbox says", () => {
  expect(isForKernel(readKernelCall(["run", "--sandbox", "embedded", "id"]))).toBe(false);
  expect(isForKernel(readKernelCall(["run", "--sandbox=kernel", "id"]))).toBe(true);
});
