import { expect, test } from "bun:test";
import { readCommand } from "../../../shim/cli/command.ts";

function read(line: string): { flags: (string | undefined)[]; verb?: string; operands: readonly string[] } {
  const { flags, verb, operands, problem } = readCommand(line.split(" "));
  if (problem !== undefined) throw problem;
  return { flags: [flags.value("--bundle"), flags.value("--log")], verb: verb?.name ?? "none", operands };
}

test("a flag is read in every spelling that crun and runc take", () => {
  for (const line of [
    "--log L create --bundle D a",
    "--log=L create --bundle=D a",
    "create a -b D --log L",
    "create -bD --log L a",
    "create -b=D -log L a",
    "create -bundle D a --log=L",
    "create -bundle=D --log L -- a",
  ]) {
    expect([line, read(line)]).toEqual([line, { flags: ["D", "L"], verb: "create", operands: ["a"] }]);
  }
});

test("short switches cluster, the last may take a value", () => {
  const { flags } = readCommand(["run", "-db", "D", "a"]);
  expect([flags.has("--detach"), flags.value("--bundle")]).toEqual([true, "D"]);
});

test("a switch takes true and false, and nothing else", () => {
  expect(readCommand(["delete", "--force=false", "a"]).flags.has("--force")).toBe(false);
  expect(readCommand(["delete", "--force=true", "a"]).flags.has("--force")).toBe(true);
  expect(readCommand(["delete", "--force=maybe", "a"]).problem?.message).toContain("true or false");
});

test("everything after -- is a word, and so is a lone dash", () => {
  expect(read("kill -- -a -b").operands).toEqual(["-a", "-b"]);
  expect(read("kill - 9").operands).toEqual(["-", "9"]);
});

test("what callers of crun and runc always give is accepted", () => {
  const conmon =
    "--systemd-cgroup create --bundle B --pid-file P --no-pivot --no-new-keyring --preserve-fds 1 ID";
  expect(read(conmon).operands).toEqual(["ID"]);
  const containerd = "--root R --log L --log-format json --rootless=false kill --all ID 9";
  expect(read(containerd).operands).toEqual(["ID", "9"]);
});

test("what cannot be read is a problem that keeps the flags before it, so that it can be logged", () => {
  for (const [line, message] of [
    ["--log L create --bogus a", 'unknown flag "--bogus"'],
    ["--log L create -x a", 'unknown flag "-x"'],
    ["--log L frobnicate", 'unknown verb "frobnicate"'],
    ["--log L create", "usage: wrun create [flags] ID"],
    ["--log L create a b", "usage: wrun create [flags] ID"],
    ["--log L list a", "usage: wrun list [flags]"],
    ["--log L create a --bundle", "--bundle needs a value"],
  ] as const) {
    const { flags, problem } = readCommand(line.split(" "));
    expect([line, flags.value("--log")]).toEqual([line, "L"]);
    expect(problem?.message).toContain(message);
  }
});

test("what stands after -- is an operand, whatever it looks like", () => {
  const { flags, verb, operands } = readCommand(["--debug", "inspect", "--format=json", "--", "--help"]);
  expect([verb?.name, operands]).toEqual(["inspect", ["--help"]]);
  expect([flags.has("--debug"), flags.value("--format"), flags.has("--help")]).toEqual([true, "json", false]);
});
