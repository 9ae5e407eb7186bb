import { mkdirSync, writeFileSync } from "node:fs";
import { expect, test } from "bun:test";
import { verbs } from "../../../shim/cli/verbs.ts";
import { answererOf } from "../../../shim/kernel/choose.ts";
import { readKernelCall } from "../../../shim/kernel/kernel-call.ts";
import { temporaryDirectory } from "../../wrun.ts";

const answerer = (...argv: string[]): string => answererOf(readKernelCall(argv));
const onKernel = (...argv: string[]): string => answerer("--sandbox", "kernel", ...argv);

const both = ["create", "run", "start", "state", "kill", "delete", "list"];
const runtimesOwn = "exec ps pause resume update events checkpoint restore mounts features".split(" ");

test("answererOf() sends what the low-level runtime has to it, and nothing else", () => {
  const isTheirs = (verb: string): boolean => onKernel(verb, "id") === (verb === "list" ? "both" : "runtime");
  for (const verb of [...both, ...runtimesOwn]) expect(isTheirs(verb)).toBe(true);
  for (const { name } of verbs) expect(isTheirs(name)).toBe(both.includes(name));
  expect(onKernel("no-such-verb")).toBe("own");
  expect(onKernel()).toBe("own");
});

test("answererOf() keeps the help on every verb of ours, and leaves the others' to their runtime", () => {
  for (const { name } of verbs) expect(onKernel(name, "--help")).toBe("own");
  for (const verb of runtimesOwn) {
    expect(onKernel(verb, "--help")).toBe("runtime");
    expect(answerer(verb, "--help")).toBe("runtime");
  }
});

test("answererOf() does as --sandbox says", () => {
  expect(answerer("run", "--sandbox", "embedded", "id")).toBe("own");
  expect(answerer("run", "--sandbox=kernel", "id")).toBe("runtime");
  for (const verb of runtimesOwn) expect(answerer("--sandbox", "embedded", verb, "id")).toBe("own");
});

test("answererOf() finds a container in the sandbox that has it, whoever asks", () => {
  const root = temporaryDirectory();
  const keep = (folder: string, ...files: string[]): void => {
    mkdirSync(`${root}/${folder}`, { recursive: true });
    for (const file of files) writeFileSync(`${root}/${folder}/${file}`, "{}");
  };
  keep(".wrun/new", "state.json", "status");
  keep("earlier", "state.json", "status");
  keep("of-crun", "status");
  keep("of-runc", "state.json");
  const withId = [
    "start",
    "state",
    "kill",
    "delete",
    "exec",
    "ps",
    "pause",
    "update",
    "events",
    "checkpoint",
  ];
  for (const verb of withId) {
    expect([verb, answerer("--root", root, verb, "new")]).toEqual([verb, "own"]);
    expect([verb, answerer("--root", root, verb, "earlier")]).toEqual([verb, "own"]);
    expect([verb, answerer("--root", root, verb, "of-crun")]).toEqual([verb, "runtime"]);
    expect([verb, answerer("--root", root, verb, "of-runc")]).toEqual([verb, "runtime"]);
  }
  expect(answerer("--root", root, "update", "--memory", "new", "of-crun")).toBe("runtime");
  expect(answerer("--root", root, "ps", "--format", "json", "new", "-ef")).toBe("own");
  expect(answerer("--root", root, "list")).toBe("both");
});
