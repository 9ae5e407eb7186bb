import { expect, test } from "bun:test";
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { native } from "../../native/native.ts";
import { run, temporaryDirectory } from "../wrun.ts";
import { failed, open, pipe, readAll, snippet } from "./scratch.ts";

const directory = temporaryDirectory();

/** Starts a shell script with its stdout on a pipe, and gives what it printed and how it ended. */
function shell(
  script: string,
  options: Partial<Parameters<typeof native.spawn>[0]> = {},
): { output: string; end: unknown } {
  const [reader, writer] = pipe();
  const pid = native.spawn({
    path: "/bin/sh",
    argv: ["sh", "-c", script],
    env: ["PATH=/usr/bin:/bin"],
    fds: [-1, writer, 2],
    ...options,
  });
  native.close(writer);
  expect(pid).toBeGreaterThan(0);
  const output = readAll(reader);
  native.close(reader);
  return { output, end: native.waitpid(pid, 0) };
}

test("spawn() gives the child exactly the descriptors named, however they are numbered here", () => {
  const leaked = native.dup(0, 700);
  native.setCloexec(leaked, false);
  const [reader, writer] = pipe();
  const [a, b] = [
    native.openat(-100, "/dev/zero", open.readOnly, 0),
    native.openat(-100, "/dev/full", open.readOnly, 0),
  ];
  const pid = native.spawn({
    path: "/bin/ls",
    argv: ["ls", "-l", "/proc/self/fd"],
    env: [],
    fds: [b, writer, 2, a, -1, 0],
  });
  native.close(writer);
  const targets = [...readAll(reader).matchAll(/(\d+) -> (.*)/g)].map(
    (m) => `${m[1]} ${m[2]?.replace(/\[.*/, "")}`,
  );
  expect(targets.filter((t) => !/^[25] /.test(t))).toEqual([
    "0 /dev/full",
    "1 pipe:",
    "3 /dev/zero",
    "4 /dev/null",
    `6 /proc/${pid}/fd`,
  ]);
  expect(native.waitpid(pid, 0)).toEqual([1, 0]);
  for (const fd of [leaked, reader, a, b]) native.close(fd);
});

test("spawn() can swap descriptors and give one twice", () => {
  const [reader, writer] = pipe();
  const before = readFileSync("/proc/self/stat", "utf8").length > 0 ? openDescriptors() : [];
  const pid = native.spawn({
    path: "/bin/sh",
    argv: ["sh", "-c", "echo to-1; echo to-2 >&2; echo to-5 >&5"],
    env: [],
    fds: [writer, writer, writer, 1, 0, writer],
  });
  expect(native.waitpid(pid, 0)).toEqual([1, 0]);
  expect(openDescriptors()).toEqual(before);
  native.close(writer);
  expect(readAll(reader)).toBe("to-1\nto-2\nto-5\n");
  native.close(reader);
});

function openDescriptors(): string[] {
  return Array.from({ length: 1024 }, (_, fd) => fd)
    .filter((fd) => native.getFlags(fd) >= 0)
    .map(String);
}

test("spawn() passes argv and the environment as they are, and no more", () => {
  const argv = ["zero", "-c", "import_is_no_flag", "", "a b\nc", "ü"];
  const env = ["wrun:X=1", "Y=ü=", "EMPTY=", "Y=again"];
  expect(
    shell("", { path: "/bin/cat", argv: ["cat", "/proc/self/cmdline", "/proc/self/environ"], env }).output,
  ).toBe(["cat", "/proc/self/cmdline", "/proc/self/environ", ...env, ""].join("\0"));
  expect(shell("", { path: "/bin/echo", argv }).output).toBe("-c import_is_no_flag  a b\nc ü\n");
});

test("spawn() starts in the directory and the session asked for", () => {
  const session = "cut -d' ' -f1,6 /proc/self/stat; pwd";
  const own = shell(`read -r pid _ _ _ _ sid _ < /proc/$$/stat; echo $pid $sid; pwd`, {
    cwd: directory,
    setsid: true,
  });
  const [pid, sid] = (own.output.split("\n")[0] ?? "").split(" ");
  expect(sid).toBe(pid);
  expect(own.output.split("\n")[1]).toBe(directory);
  const shared = shell(session);
  expect(shared.output.split("\n")[1]).toBe(process.cwd());
  expect(shell("exit 3", { cwd: undefined, setsid: false } as never).end).toEqual([1, 3]);
});

test("spawn() gives default signals and an empty mask, whatever this process does with them", () => {
  const ended = run(
    snippet(`
    native.ignoreSignal(1); native.ignoreSignal(15);
    process.on("SIGUSR1", () => {});
    const pid = native.spawn({ path: "/bin/sh", argv: ["sh", "-c", "cat /proc/self/status"], env: [], fds: [-1, 1, 2] });
    native.waitpid(pid, 0);
  `),
  );
  const masks = [...ended.stdout.matchAll(/(Sig(?:Blk|Ign|Cgt)):\s+(\w+)/g)].map((m) => [
    m[1],
    BigInt(`0x${m[2]}`),
  ]);
  expect(masks).toEqual([
    ["SigBlk", 0n],
    ["SigIgn", 0n],
    ["SigCgt", 0n],
  ]);
});

test("spawn() says why a program cannot start", () => {
  writeFileSync(`${directory}/not-executable`, "#!/bin/sh\n", { mode: 0o644 });
  writeFileSync(`${directory}/garbage`, "garbage");
  chmodSync(`${directory}/garbage`, 0o755);
  const start = (options: Partial<Parameters<typeof native.spawn>[0]>): number =>
    native.spawn({ path: "/bin/true", argv: ["true"], env: [], fds: [], ...options });
  expect(start({ path: "/nowhere" })).toBe(failed.noent);
  expect(start({ path: "true" })).toBe(failed.noent);
  expect(start({ path: `${directory}/not-executable` })).toBe(-13);
  expect(start({ path: `${directory}/garbage` })).toBe(-8);
  expect(start({ cwd: "/nowhere" })).toBe(failed.noent);
  expect(start({ fds: [0, 1, 9999] })).toBe(failed.badf);
  for (const options of [{ path: "/bin/tr\0ue" }, { argv: ["a\0b"] }, { env: ["A=\0"] }, { cwd: "/\0" }]) {
    expect(start(options)).toBe(failed.inval);
  }
  const before = openDescriptors();
  start({ fds: [0, 1, 2, 0, 9999] });
  expect(openDescriptors()).toEqual(before);
});

test("execve() becomes the program: same pid, its argv and environment, open descriptors that are not close-on-exec", () => {
  const [reader, writer] = pipe();
  const [program, ...args] = snippet(`
    console.log(native.getpid());
    native.setCloexec(native.dup2(2, 7), false);
    native.execve("/bin/sh", ["sh", "-c", "echo $$; echo $A; grep -E 'SigIgn|SigBlk' /proc/self/status; ls /proc/self/fd", "x"], ["A=1"]);
  `);
  const pid = native.spawn({
    path: program ?? "",
    argv: [program ?? "", ...args],
    env: [],
    fds: [-1, writer, 2],
  });
  native.close(writer);
  const lines = readAll(reader).trim().split("\n");
  expect(lines.slice(0, 3)).toEqual([String(pid), String(pid), "1"]);
  expect(lines.slice(3, 5).map((l) => BigInt(`0x${l.split("\t")[1]}`))).toEqual([0n, 0n]);
  expect(lines.slice(5)).toEqual(["0", "1", "2", "3", "7"]);
  expect(native.waitpid(pid, 0)).toEqual([1, 0]);
  native.close(reader);
});

test("execve() passes bytes that are no UTF-8 on, in words and in the environment", () => {
  const print = 'printf %s "$1$ODD" | od -An -tx1';
  const [program = "", ...args] = snippet(
    `native.execve("/bin/sh", ["sh", "-c", ${JSON.stringify(print)}, "x", Uint8Array.of(0x61, 0xff)]);`,
  );
  const { output } = shell("", {
    argv: ["sh", "-c", 'export ODD="$(printf "\\376b")"; exec "$@"', "sh", program, ...args],
  });
  expect(output.trim()).toBe("61 ff fe 62");
});

test("execve() returns where the program cannot be run, and SIGPIPE stays ignored then", () => {
  const ended = run(
    snippet(`
    const results = [native.execve("/nowhere", [], []), native.execve("/", [], []), native.execve("/bin/true", ["a\\0b"], []), native.execve("/bin/true", [], ["\\0"])];
    const [reader, writer] = native.pipe();
    native.close(reader);
    console.log(JSON.stringify([...results, native.write(writer, new ArrayBuffer(1), 0, 1)]));
  `),
  );
  expect(JSON.parse(ended.stdout)).toEqual([failed.noent, -13, failed.inval, failed.inval, failed.pipe]);
});

test("spawn() gives the program a limit of open files of its own, and leaves ours", () => {
  const before = native.getrlimit(7);
  const [reader, writer] = pipe();
  const pid = native.spawn({
    path: "/bin/sh",
    argv: ["sh", "-c", "ulimit -Sn"],
    env: [],
    fds: [-1, writer, 2],
    openFiles: 123,
  });
  native.close(writer);
  expect(readAll(reader)).toBe("123\n");
  expect(native.waitpid(pid, 0)).toEqual([1, 0]);
  expect(native.getrlimit(7)).toEqual(before);
  native.close(reader);
});
