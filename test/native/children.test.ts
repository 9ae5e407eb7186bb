import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { native } from "../../native/native.ts";
import { run } from "../wrun.ts";
import { failed, pipe, readAll, snippet } from "./scratch.ts";

const noHang = 1;
const [exited, killed] = [1, 2];

function start(script: string, stdin = -1): number {
  return native.spawn({
    path: "/bin/sh",
    argv: ["sh", "-c", script],
    env: ["PATH=/usr/bin:/bin"],
    fds: [stdin, -1, 2],
  });
}

test("waitpid() waits for one child and tells exit from signal", () => {
  const first = start("exit 7");
  const second = start("kill -s KILL $$");
  expect(native.waitpid(second, 0)).toEqual([killed, 9]);
  expect(native.waitpid(first, 0)).toEqual([exited, 7]);
  expect(native.waitpid(first, 0)).toBe(failed.child);
});

test("waitpid() with WNOHANG answers 0 while the child runs", () => {
  const [reader, writer] = pipe();
  const child = start("read line", reader);
  native.close(reader);
  expect(native.waitpid(child, noHang)).toBe(0);
  native.close(writer);
  expect(native.waitpid(child, 0)).toEqual([exited, 1]);
});

test("waitpid() waits for none but the pid named", () => {
  const child = start("exit 0");
  for (const pid of [0, -1, -child, process.pid]) expect(native.waitpid(pid, 0)).toBe(failed.child);
  expect(native.waitpid(child, 0)).toEqual([exited, 0]);
});

test("kill() signals, probes with 0, and says ESRCH of a child that is gone", () => {
  const child = start("exec sleep 1000");
  expect(native.kill(child, 0)).toBe(0);
  expect(native.kill(child, 999)).toBe(failed.inval);
  expect(native.kill(child, 15)).toBe(0);
  expect(native.waitpid(child, 0)).toEqual([killed, 15]);
  expect(native.kill(child, 0)).toBe(-3);
});

test("pidfdOpen() becomes readable when the process ends", () => {
  const [reader, writer] = pipe();
  const child = start("read line", reader);
  native.close(reader);
  const fds = Int32Array.from([native.pidfdOpen(child), 1, 0]);
  expect(native.poll(fds, 1, 0n)).toBe(0);
  native.close(writer);
  expect(native.poll(fds, 1, -1n)).toBe(1);
  expect(native.waitpid(child, 0)).toEqual([exited, 1]);
  native.close(fds[0] ?? -1);
  expect(native.pidfdOpen(child)).toBe(-3);
});

test("waitForwarding() passes signals on until the child ends, and the caller's own handlers come back", () => {
  const [reader, writer] = pipe();
  const [program = "", ...args] = snippet(`
    const child = native.spawn({ path: "/bin/sh", env: [], fds: [-1, 1, 2],
      argv: ["sh", "-c", "trap 'echo usr1' USR1; trap 'echo term; kill $!; exit 9' TERM; sleep 1000 2>&- >&- & echo ready; while :; do wait; done"] });
    const end = native.waitForwarding(child, [10, 15]);
    console.log(JSON.stringify(end));
    process.kill(process.pid, "SIGTERM");
    setTimeout(() => {}, 60000);
  `);
  const parent = native.spawn({ path: program, argv: [program, ...args], env: [], fds: [-1, writer, 2] });
  native.close(writer);
  const lines = lineReader(reader);
  expect(lines.next().value).toBe("ready");
  untilForwarding(parent);
  native.kill(parent, 10);
  expect(lines.next().value).toBe("usr1");
  native.kill(parent, 15);
  expect(lines.next().value).toBe("term");
  expect(lines.next().value).toBe("[1,9]");
  expect(native.waitpid(parent, 0)).toEqual([killed, 15]);
  native.close(reader);
});

test("holdSignals() keeps signals that come before there is a child to pass them on to", () => {
  const [program = "", ...args] = snippet(`
    console.log(native.holdSignals([10, 15]));
    process.kill(process.pid, "SIGTERM");
    const child = native.spawn({ path: "/bin/sleep", env: [], argv: ["sleep", "1000"], fds: [-1, -1, -1] });
    console.log(JSON.stringify(native.waitForwarding(child, [10, 15])));
    process.kill(process.pid, "SIGTERM");
    console.log("held again");
    native.exit(3);
  `);
  const [reader, writer] = pipe();
  const parent = native.spawn({ path: program, argv: [program, ...args], env: [], fds: [-1, writer, 2] });
  native.close(writer);
  expect([...lineReader(reader)]).toEqual(["0", "[2,15]", "held again"]);
  expect(native.waitpid(parent, 0)).toEqual([exited, 3]);
  native.close(reader);
});

/** Returns when `pid` has a handler for SIGTERM. */
function untilForwarding(pid: number): void {
  const caught = (): bigint =>
    BigInt(`0x${/SigCgt:\s+(\w+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0}`);
  while ((caught() & (1n << 14n)) === 0n) native.nanosleep(1, 0, 1_000_000n);
}

function* lineReader(fd: number): Generator<string, undefined> {
  let rest = "";
  const buffer = new ArrayBuffer(4096);
  for (;;) {
    for (let end = rest.indexOf("\n"); end >= 0; end = rest.indexOf("\n")) {
      yield rest.slice(0, end);
      rest = rest.slice(end + 1);
    }
    const count = native.read(fd, buffer, 0, 4096);
    if (count <= 0) return undefined;
    rest += new TextDecoder().decode(new Uint8Array(buffer, 0, count));
  }
}

test("waitForwarding() tells how a child ended that was gone before, and refuses what is no child or no signal", () => {
  const child = start("exit 4");
  const fd = native.pidfdOpen(child);
  native.poll(Int32Array.from([fd, 1, 0]), 1, -1n);
  native.close(fd);
  expect(native.waitForwarding(child, [9])).toBe(failed.inval);
  expect(native.waitForwarding(child, [15])).toEqual([exited, 4]);
  expect(native.waitForwarding(child, [15])).toBe(failed.child);
  expect(native.waitForwarding(-1, [15])).toBe(failed.child);
});

test("waitpid() leaves the children of the JavaScript runtime to it", () => {
  const ended = run(
    snippet(`
    const theirs = Bun.spawn(["/bin/sh", "-c", "exit 5"]);
    const ours = native.spawn({ path: "/bin/sh", argv: ["sh", "-c", "exit 6"], env: [], fds: [] });
    console.log(JSON.stringify([native.waitpid(ours, 0), await theirs.exited]));
  `),
  );
  expect(JSON.parse(ended.stdout)).toEqual([[1, 6], 5]);
});

test("a pipe from a child ends when the child does", () => {
  const [reader, writer] = pipe();
  const child = native.spawn({ path: "/bin/echo", argv: ["echo", "hi"], env: [], fds: [-1, writer] });
  native.close(writer);
  expect(readAll(reader)).toBe("hi\n");
  expect(native.waitpid(child, 0)).toEqual([exited, 0]);
  native.close(reader);
});
