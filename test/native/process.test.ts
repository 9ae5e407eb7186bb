import { expect, test } from "bun:test";
import { mkdirSync, realpathSync } from "node:fs";
import { native } from "../../native/native.ts";
import { run, temporaryDirectory } from "../wrun.ts";
import { failed, givenEntries, snippet } from "./scratch.ts";

const directory = temporaryDirectory();

test("the ids are those that Node knows", () => {
  expect([native.getpid(), native.getppid(), native.getuid(), native.getgid(), native.geteuid()]).toEqual([
    process.pid,
    process.ppid,
    process.getuid?.() ?? -1,
    process.getgid?.() ?? -1,
    process.geteuid?.() ?? -1,
  ]);
});

test("exit() ends the process at once: no exit handler runs", () => {
  const ended = run(
    snippet(
      `process.on("exit", () => console.log("handler")); setTimeout(() => {}, 60000); native.exit(37);`,
    ),
  );
  expect(ended).toEqual({ code: 37, signal: null, stdout: "", stderr: "" });
});

test("environ() gives every entry as it came, in order, undecodable ones left out", () => {
  const shell = String.raw`exec env -i A=1 B= "C=$(printf 'x\303\274\360\237\214\215')" "D=$(printf '\377')" "E=$(printf '\355\240\200')" "F=$(printf '\300\200')" "G=$(printf 'cut\342\202')" "H=a=b" A=2 "J=$(printf 'l1\nl2')" "$@"`;
  const ended = run([
    "/bin/sh",
    "-c",
    shell,
    "sh",
    ...snippet(`console.log(JSON.stringify(native.environ()))`),
  ]);
  const entries = JSON.parse(ended.stdout) as string[];
  expect(givenEntries(entries)).toEqual(["A=2", "B=", "C=xü🌍", "H=a=b", "J=l1\nl2"]);
});

test("environ() keeps two entries of one name, and one without a name", () => {
  const entries = ["A=1", "A=2", "=x", "word"];
  const program = snippet(`console.log(JSON.stringify(native.environ()))`);
  const ended = run(
    snippet(`
    const program = ${JSON.stringify(program)};
    const pid = native.spawn({ path: program[0], argv: program, env: ${JSON.stringify(entries)}, fds: [-1, 1, 2] });
    native.waitpid(pid, 0);
  `),
  );
  expect(givenEntries(JSON.parse(ended.stdout) as string[])).toEqual(entries);
});

test("chdir() moves this process, umask() masks what it makes", () => {
  const ended = run(
    snippet(`
    const ends = [native.chdir(${JSON.stringify(directory)}), native.chdir("missing"), native.umask(0o27), native.umask(0o77)];
    native.mkdirat(-100, "made", 0o777);
    console.log(JSON.stringify([...ends.toSpliced(2, 1), process.cwd()]));
  `),
  );
  expect(JSON.parse(ended.stdout)).toEqual([0, failed.noent, 0o27, realpathSync(directory)]);
  expect(() => mkdirSync(`${directory}/made`)).toThrow("EEXIST");
});

test("getrlimit() and setrlimit() hold soft and hard apart, -1 for infinity", () => {
  const [core, files] = [4, 7];
  const ended = run(
    snippet(`
    const log = [native.setrlimit(${core}, 0, 4096), native.getrlimit(${core}), native.setrlimit(${core}, 8192, 4096), native.setrlimit(${files}, 64, 64), native.getrlimit(${files}), native.getrlimit(99)];
    const fds = []; for (let fd = native.dup(0, 0); fd >= 0; fd = native.dup(0, 0)) fds.push(fd);
    console.log(JSON.stringify([...log, Math.max(...fds), native.dup(0, 0)]));
  `),
  );
  expect(JSON.parse(ended.stdout)).toEqual([0, [0, 4096], failed.inval, 0, [64, 64], failed.inval, 63, -24]);
  const unlimited = run([
    "/bin/sh",
    "-c",
    'ulimit -t unlimited; exec "$@"',
    "sh",
    ...snippet("console.log(JSON.stringify(native.getrlimit(0)))"),
  ]);
  expect(JSON.parse(unlimited.stdout)).toEqual([-1, -1]);
});

test("a limit past what a number holds exactly can be read and set again", () => {
  const ended = run([
    "/bin/sh",
    "-c",
    'ulimit -f 18000000000000000; exec "$@"',
    "sh",
    ...snippet(
      "const [soft, hard] = native.getrlimit(1); console.log(soft, hard, native.setrlimit(1, soft, hard));",
    ),
  ]);
  expect(ended.stdout).toBe(`${2 ** 53} ${2 ** 53} 0\n`);
});

test("prctl() makes this process a subreaper and reads its own flags", () => {
  const [setSubreaper, getNoNewPrivs, setNoNewPrivs] = [36, 39, 38];
  const ended = run(
    snippet(`
    const log = [native.prctl(${setSubreaper}, 1), native.prctl(${getNoNewPrivs}, 0), native.prctl(${setNoNewPrivs}, 1), native.prctl(${getNoNewPrivs}, 0), native.prctl(99999, 0)];
    const [reader, writer] = native.pipe();
    const child = native.spawn({ path: "/bin/sh", argv: ["sh", "-c", "sleep 1000 & echo $!"], env: [], fds: [-1, writer, 2] });
    native.close(writer);
    native.waitpid(child, 0);
    const buffer = new ArrayBuffer(32);
    const orphan = Number(new TextDecoder().decode(new Uint8Array(buffer, 0, native.read(reader, buffer, 0, 32))));
    native.kill(orphan, 9);
    console.log(JSON.stringify([...log, native.waitpid(orphan, 0)]));
  `),
  );
  expect(JSON.parse(ended.stdout)).toEqual([0, 0, 0, 1, failed.inval, [2, 9]]);
});
