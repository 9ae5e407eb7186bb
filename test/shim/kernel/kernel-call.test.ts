import { expect, test } from "bun:test";
import { readKernelCall, withFlag, withoutFlag } from "../../../shim/kernel/kernel-call.ts";

const spellings: readonly (readonly string[])[] = [
  ["create", "--bundle", "/b", "id"],
  ["create", "--bundle=/b", "id"],
  ["create", "-b", "/b", "id"],
  ["create", "-b/b", "id"],
  ["create", "-b=/b", "id"],
  ["create", "-bundle", "/b", "id"],
  ["create", "-bundle=/b", "id"],
  ["create", "id", "--bundle", "/b"],
  [
    "--root",
    "/r",
    "--log-format=json",
    "--systemd-cgroup",
    "create",
    "--pid-file",
    "/p",
    "--bundle",
    "/b",
    "id",
  ],
];

for (const argv of spellings) {
  test(`readKernelCall() finds verb, id and bundle in ${argv.join(" ")}, and forwards all of it`, () => {
    const call = readKernelCall(argv);
    expect(call).toMatchObject({ verb: "create", operands: ["id"], argv: [...argv] });
    expect(call.flags.value("--bundle")).toBe("/b");
  });
}

test("readKernelCall() takes out the flags that no low-level runtime knows", () => {
  const call = readKernelCall([
    "--sandbox",
    "kernel",
    "--root",
    "/r",
    "--runtime-path=/usr/bin/runc",
    "state",
    "id",
  ]);
  expect(call.argv).toEqual(["--root", "/r", "state", "id"]);
  expect(call.flags.value("--sandbox")).toBe("kernel");
  expect(call.flags.value("--runtime-path")).toBe("/usr/bin/runc");
});

test("readKernelCall() leaves the command of an exec alone, even where it looks like our flags", () => {
  const argv = [
    "exec",
    "-e",
    "A=1",
    "--env=B=2",
    "-eC=3",
    "-t",
    "id",
    "/app.wasm",
    "--sandbox",
    "x",
    "-e",
    "D=4",
  ];
  const call = readKernelCall(argv);
  expect(call.argv).toEqual(argv);
  expect(call.operands).toEqual(["id"]);
  expect(call.argv.slice(call.command)).toEqual(["/app.wasm", "--sandbox", "x", "-e", "D=4"]);
  expect(call.env.map(({ word, from }) => call.argv[word]?.slice(from))).toEqual(["A=1", "B=2", "C=3"]);
});

test("readKernelCall() finds the values of --env where a flag of ours was taken out before", () => {
  const call = readKernelCall(["--sandbox", "kernel", "exec", "--env", "A=1", "id", "cmd"]);
  expect(call.env.map(({ word, from }) => call.argv[word]?.slice(from))).toEqual(["A=1"]);
});

test("readKernelCall() forwards flags that it does not know", () => {
  const argv = ["--new-flag", "update", "--new=1", "--resources", "-", "id"];
  expect(readKernelCall(argv)).toMatchObject({ verb: "update", argv });
});

for (const argv of [
  ...spellings,
  ["--log", "l", "create", "-b", "/x", "id", "--bundle=/b"],
  ["create", "id"],
])
  test(`withFlag() sets a bundle in ${argv.join(" ")} once, and leaves the rest`, () => {
    const call = withFlag(readKernelCall(argv), "--bundle", "/new");
    const again = readKernelCall(call.argv);
    expect(again.flags.all("--bundle")).toEqual(["/new"]);
    expect(again).toMatchObject({ verb: "create", operands: ["id"] });
    expect(call.argv[call.verbAt]).toBe("create");
    const rest = argv.filter((word) => !/^-*b/.test(word) && word !== "/b" && word !== "/x");
    expect(call.argv.filter((word) => word !== "--bundle" && word !== "/new")).toEqual(rest);
    expect(
      call.argv.map((word, index) => (call.origins[index] === -1 ? word : argv[call.origins[index] ?? -1])),
    ).toEqual([...call.argv]);
    expect(withoutFlag(call, "--bundle").argv).toEqual(rest);
  });

test("withFlag() keeps the command of an exec and the values of --env where they are", () => {
  const argv = ["exec", "-e", "A=1", "--process", "/p", "--env=B=2", "id", "ls", "--process", "x"];
  const call = withFlag(readKernelCall(argv), "--process", "/new");
  expect(call.argv).toEqual([
    "exec",
    "--process",
    "/new",
    "-e",
    "A=1",
    "--env=B=2",
    "id",
    "ls",
    "--process",
    "x",
  ]);
  expect(call.argv.slice(call.command)).toEqual(["ls", "--process", "x"]);
  expect(call.env.map(({ word, from }) => call.argv[word]?.slice(from))).toEqual(["A=1", "B=2"]);
});
