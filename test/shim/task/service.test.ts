import { afterAll, describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { native } from "../../../native/native.ts";
import { statusCode } from "../../../shim/transport/status.ts";
import { remoteTask } from "../../../shim/transport/task.ts";
import texts from "../../golden/runtime-texts.json" with { type: "json" };
import { drainAndClose, makeFifo } from "../../e2e/shim/fifos.ts";
import { temporaryDirectory } from "../../wrun.ts";
import { stopReaping } from "../host/stop-reaping.ts";
import { refusal, TaskShim } from "./task-shim.ts";
import { until } from "./until.ts";

afterAll(stopReaping);

/** RLIMIT_NOFILE. */
const numberOfFiles = 7;
const folder = temporaryDirectory();
let count = 0;
const newShim = (): TaskShim => {
  const own = `${folder}/${++count}`;
  mkdirSync(own);
  return new TaskShim(own);
};

test("a container lives from Create to Delete, and containerd is told each turn in order", async () => {
  const shim = newShim();
  const pid = await shim.create("a", { run: "exit 7" });
  expect((await shim.task.state({ id: "a" })).status).toBe(1);
  expect(await shim.task.connect({ id: "a" })).toMatchObject({ shimPid: process.pid, taskPid: pid });
  expect((await shim.task.start({ id: "a" })).pid).toBe(pid);
  expect((await shim.task.wait({ id: "a" })).exitStatus).toBe(7);
  expect(await shim.task.state({ id: "a" })).toMatchObject({ pid, status: 3, exitStatus: 7 });
  expect(await shim.task.delete({ id: "a" })).toMatchObject({ pid, exitStatus: 7 });
  expect(shim.told).toEqual(["create a", "start a", "exit a", "delete a"]);
  expect(shim.service.isEmpty).toBe(true);
});

test("what is not there is NotFound, for every rpc that names it", async () => {
  const { task } = newShim();
  const none = { id: "none" };
  const calls = {
    start: task.start(none),
    state: task.state(none),
    wait: task.wait(none),
    kill: task.kill({ ...none, signal: 9 }),
    delete: task.delete(none),
    exec: task.exec({ ...none, execId: "e" }),
    pids: task.pids(none),
    pause: task.pause(none),
    resume: task.resume(none),
    resizePty: task.resizePty(none),
    closeIO: task.closeIO(none),
    update: task.update(none),
    stats: task.stats(none),
    connect: task.connect(none),
  };
  for (const [name, call] of Object.entries(calls)) {
    const [code, message] = await refusal(call);
    expect([name, code]).toEqual([name, statusCode.notFound]);
    expect(message).toBe('container "none" does not exist: not found');
  }
});

test("an exec that is not there is NotFound", async () => {
  const shim = newShim();
  await shim.create("a");
  for (const call of [
    shim.task.start({ id: "a", execId: "e" }),
    shim.task.state({ id: "a", execId: "e" }),
    shim.task.wait({ id: "a", execId: "e" }),
    shim.task.kill({ id: "a", execId: "e", signal: 9 }),
    shim.task.delete({ id: "a", execId: "e" }),
    shim.task.resizePty({ id: "a", execId: "e" }),
    shim.task.closeIO({ id: "a", execId: "e", stdin: true }),
  ])
    expect((await refusal(call))[0]).toBe(statusCode.notFound);
  await shim.task.delete({ id: "a" });
});

test("an id is taken from the moment that its container is being made, until it is deleted", async () => {
  const shim = newShim();
  const bundle = shim.bundle("a");
  const request = { id: "a", bundle, options: shim.options() };
  const [first, second] = [shim.task.create(request), refusal(shim.task.create(request))];
  expect((await second)[0]).toBe(statusCode.alreadyExists);
  await first;
  expect((await refusal(shim.task.create(request)))[0]).toBe(statusCode.alreadyExists);
  await shim.task.delete({ id: "a" });
  await shim.task.create(request);
  await shim.task.delete({ id: "a" });
});

test("Create refuses ids and bundles that name no folder of its own, and writes nothing", async () => {
  const shim = newShim();
  for (const id of ["", ".", "..", "a/b", "a\nb", "x".repeat(256)])
    expect((await refusal(shim.task.create({ id, bundle: folder })))[0]).toBe(statusCode.invalidArgument);
  for (const bundle of ["", "/", "//./", "relative", "./a"]) {
    const [code, message] = await refusal(shim.task.create({ id: "a", bundle, options: shim.options() }));
    expect([bundle, code]).toEqual([bundle, statusCode.invalidArgument]);
    expect(message).toContain(`bundle ${JSON.stringify(bundle)}`);
  }
  expect(shim.verbs).toEqual([]);
  expect(shim.service.isEmpty).toBe(true);
});

test("a bundle that is not there is a wrong argument: NotFound would say that the container is gone", async () => {
  const shim = newShim();
  const [code, message] = await refusal(
    shim.task.create({ id: "a", bundle: `${folder}/nowhere`, options: shim.options() }),
  );
  expect(code).toBe(statusCode.invalidArgument);
  expect(message).toContain("nowhere");
  const bundle = shim.bundle("b");
  rmSync(`${bundle}/config.json`);
  expect((await refusal(shim.task.create({ id: "b", bundle, options: shim.options() })))[0]).toBe(
    statusCode.invalidArgument,
  );
  const streams = { stdout: `${folder}/no-fifo` };
  expect((await refusal(shim.create("c", {}, streams)))[0]).toBe(statusCode.invalidArgument);
});

test("checkpoints, and what is made of one, are not supported, and said so", async () => {
  const shim = newShim();
  expect((await refusal(shim.create("a", {}, { checkpoint: "/tmp/image" })))[0]).toBe(
    statusCode.unimplemented,
  );
  await shim.create("a");
  expect((await refusal(shim.task.checkpoint({ id: "a" })))[0]).toBe(statusCode.unimplemented);
  await shim.task.delete({ id: "a" });
});

test("what cannot be done in a state is FailedPrecondition, and a kill that comes too late NotFound", async () => {
  const shim = newShim();
  await shim.create("a", { run: "exec sleep 1000" });
  const { task } = shim;
  const code = async (call: Promise<unknown>) => (await refusal(call))[0];
  expect(await code(task.pause({ id: "a" }))).toBe(statusCode.failedPrecondition);
  expect(await code(task.resume({ id: "a" }))).toBe(statusCode.failedPrecondition);
  await task.start({ id: "a" });
  expect(await code(task.start({ id: "a" }))).toBe(statusCode.failedPrecondition);
  expect(await code(task.delete({ id: "a" }))).toBe(statusCode.failedPrecondition);
  await task.pause({ id: "a" });
  expect((await task.state({ id: "a" })).status).toBe(4);
  expect(await code(task.exec({ id: "a", execId: "e", spec: shim.execSpec }))).toBe(
    statusCode.failedPrecondition,
  );
  await task.resume({ id: "a" });
  await task.kill({ id: "a", signal: 9 });
  expect((await task.wait({ id: "a" })).exitStatus).toBe(137);
  const late = await refusal(task.kill({ id: "a", signal: 9 }));
  expect(late).toEqual([statusCode.notFound, "container a: process already finished: not found"]);
  expect(await code(task.start({ id: "a" }))).toBe(statusCode.failedPrecondition);
  expect(await code(task.exec({ id: "a", execId: "e", spec: shim.execSpec }))).toBe(
    statusCode.failedPrecondition,
  );
  await task.delete({ id: "a" });
  expect(shim.told).toEqual(["create a", "start a", "paused a", "resumed a", "exit a", "delete a"]);
});

test("a signal that Linux does not have is refused", async () => {
  const shim = newShim();
  await shim.create("a");
  for (const signal of [65, 2 ** 32 - 1])
    expect((await refusal(shim.task.kill({ id: "a", signal })))[0]).toBe(statusCode.invalidArgument);
  await shim.task.delete({ id: "a" });
});

test("many can wait for one end, before it and after it", async () => {
  const shim = newShim();
  await shim.create("a", { run: "exit 3" });
  const before = Array.from({ length: 20 }, () => shim.task.wait({ id: "a" }));
  await shim.task.start({ id: "a" });
  const ends = await Promise.all([...before, shim.task.wait({ id: "a" })]);
  expect(new Set(ends.map(({ exitStatus }) => exitStatus))).toEqual(new Set([3]));
  expect(new Set(ends.map(({ exitedAt }) => JSON.stringify(exitedAt))).size).toBe(1);
  expect((await shim.task.wait({ id: "a" })).exitStatus).toBe(3);
  await shim.task.delete({ id: "a" });
});

test("a Wait ends with its caller's time, and the next one is answered", async () => {
  const shim = newShim();
  await shim.create("a", { run: "exit 3" });
  const late = await refusal(shim.task.wait({ id: "a" }, { timeoutMs: 20 }));
  expect(late[0]).toBe(statusCode.deadlineExceeded);
  await shim.task.start({ id: "a" });
  expect((await shim.task.wait({ id: "a" })).exitStatus).toBe(3);
  await shim.task.delete({ id: "a" });
});

test("a client that hangs up while a container is made leaves a container that another can use", async () => {
  const shim = newShim();
  const bundle = shim.bundle("a", { run: "exit 4" });
  const client = shim.connect();
  const made = remoteTask(client, 3).create({ id: "a", bundle, options: shim.options() });
  await until(() => !shim.service.isEmpty);
  client.close();
  expect((await refusal(made))[0]).toBe(statusCode.unavailable);
  await until(() => shim.told.includes("create a"));
  await shim.task.start({ id: "a" });
  expect((await shim.task.wait({ id: "a" })).exitStatus).toBe(4);
  await shim.task.delete({ id: "a" });
});

test("an exec is added, started, ended and deleted, and its end is told after its start, however short it is", async () => {
  const shim = newShim();
  await shim.create("a", { run: "exec sleep 1000", exec: "exit 5" });
  await shim.task.start({ id: "a" });
  for (const execId of ["one", "two", "three"]) {
    await shim.task.exec({ id: "a", execId, spec: shim.execSpec });
    expect(await shim.task.state({ id: "a", execId })).toMatchObject({ status: 1, pid: 0 });
    const { pid } = await shim.task.start({ id: "a", execId });
    expect(pid).toBeGreaterThan(0);
    expect((await shim.task.wait({ id: "a", execId })).exitStatus).toBe(5);
    expect(await shim.task.delete({ id: "a", execId })).toMatchObject({ pid, exitStatus: 5 });
  }
  const each = ["one", "two", "three"].flatMap((id) => [
    `exec-added ${id}`,
    `exec-started ${id}`,
    `exit ${id}`,
  ]);
  expect(shim.told).toEqual(["create a", "start a", ...each]);
  await shim.task.kill({ id: "a", signal: 9 });
  await shim.task.wait({ id: "a" });
  await shim.task.delete({ id: "a" });
});

test("an exec's id is its own until it is deleted", async () => {
  const shim = newShim();
  await shim.create("a");
  const exec = () => shim.task.exec({ id: "a", execId: "e", spec: shim.execSpec });
  await exec();
  expect((await refusal(exec()))[0]).toBe(statusCode.alreadyExists);
  expect((await refusal(shim.task.exec({ id: "a", spec: shim.execSpec })))[0]).toBe(
    statusCode.invalidArgument,
  );
  await shim.task.delete({ id: "a", execId: "e" });
  await exec();
  await shim.task.delete({ id: "a" });
});

test("an exec is started once, however many ask at a time", async () => {
  const shim = newShim();
  await shim.create("a", { run: "exec sleep 1000", exec: "exec sleep 1000" });
  await shim.task.start({ id: "a" });
  await shim.task.exec({ id: "a", execId: "e", spec: shim.execSpec });
  const start = () => refusal(shim.task.start({ id: "a", execId: "e" }));
  const [first, second, deletion] = await Promise.all([
    start(),
    start(),
    refusal(shim.task.delete({ id: "a", execId: "e" })),
  ]);
  expect([first[0], second[0], deletion[0]]).toEqual([
    0,
    statusCode.failedPrecondition,
    statusCode.failedPrecondition,
  ]);
  expect(shim.verbs.filter((verb) => verb === "exec")).toEqual(["exec"]);
  await shim.task.kill({ id: "a", execId: "e", signal: 15 });
  expect((await shim.task.wait({ id: "a", execId: "e" })).exitStatus).toBe(143);
  await shim.task.kill({ id: "a", signal: 9 });
  await shim.task.wait({ id: "a" });
  await shim.task.delete({ id: "a" });
});

test("an exec that cannot be started has ended, and says why; who waited for it is told", async () => {
  const shim = newShim();
  await shim.create("a", { run: "exec sleep 1000" });
  await shim.task.start({ id: "a" });
  writeFileSync(shim.state("fail-exec"), "executable file not found in $PATH");
  await shim.task.exec({ id: "a", execId: "e", spec: shim.execSpec });
  const waiting = shim.task.wait({ id: "a", execId: "e" });
  expect(await refusal(shim.task.start({ id: "a", execId: "e" }))).toEqual([
    statusCode.unknown,
    "OCI runtime exec failed: executable file not found in $PATH",
  ]);
  expect((await waiting).exitStatus).toBe(255);
  expect((await shim.task.delete({ id: "a", execId: "e" })).exitStatus).toBe(255);
  await shim.task.kill({ id: "a", signal: 9 });
  await shim.task.wait({ id: "a" });
  await shim.task.delete({ id: "a" });
});

test("an exec that is deleted before it was started lets those go who wait for it", async () => {
  const shim = newShim();
  await shim.create("a");
  await shim.task.exec({ id: "a", execId: "e", spec: shim.execSpec });
  const waiting = shim.task.wait({ id: "a", execId: "e" });
  await shim.task.delete({ id: "a", execId: "e" });
  expect((await waiting).exitStatus).toBe(255);
  await shim.task.delete({ id: "a" });
});

test("an exec whose process is no JSON, or has no words, cannot be started", async () => {
  const shim = newShim();
  await shim.create("a", { run: "exec sleep 1000" });
  await shim.task.start({ id: "a" });
  for (const [execId, text] of Object.entries({ a: "", b: "{", c: '{"args":7}' })) {
    await shim.task.exec({ id: "a", execId, spec: { type_url: "x", value: Buffer.from(text) } });
    expect((await refusal(shim.task.start({ id: "a", execId })))[0]).toBe(statusCode.invalidArgument);
  }
  expect(readdirSync(`${shim.folder}/a`).filter((name) => name.startsWith("exec-"))).toEqual([]);
  await shim.task.kill({ id: "a", signal: 9 });
  await shim.task.wait({ id: "a" });
  await shim.task.delete({ id: "a" });
});

test("the container's end is told after those of its execs", async () => {
  const shim = newShim();
  const config = { linux: { namespaces: [] } };
  await shim.create("a", { run: "exec sleep 1000", exec: "exec sleep 1000", config });
  await shim.task.start({ id: "a" });
  for (const execId of ["one", "two"]) {
    await shim.task.exec({ id: "a", execId, spec: shim.execSpec });
    await shim.task.start({ id: "a", execId });
  }
  shim.events.length = 0;
  await shim.task.kill({ id: "a", signal: 9 });
  await shim.task.wait({ id: "a" });
  expect([shim.told.toSorted(), shim.told.at(-1)]).toEqual([["exit a", "exit one", "exit two"], "exit a"]);
  await shim.task.delete({ id: "a" });
});

test("Delete of a container that was never started ends it, and tells its end before", async () => {
  const shim = newShim();
  const pid = await shim.create("a");
  const waiting = shim.task.wait({ id: "a" });
  expect(await shim.task.delete({ id: "a" })).toMatchObject({ pid, exitStatus: 137 });
  expect((await waiting).exitStatus).toBe(137);
  expect(shim.told).toEqual(["create a", "exit a", "delete a"]);
  expect(native.kill(pid, 0)).toBe(-3);
});

test("Delete ends a container that the low-level runtime does not know any more", async () => {
  const shim = newShim();
  const pid = await shim.create("a");
  rmSync(shim.state("a"), { recursive: true });
  expect(await shim.task.delete({ id: "a" })).toMatchObject({ pid, exitStatus: 137 });
});

test("two deletions at a time are one, and a third finds nothing", async () => {
  const shim = newShim();
  await shim.live("a", { run: "exit 6" });
  const answers = await Promise.all([shim.task.delete({ id: "a" }), shim.task.delete({ id: "a" })]);
  expect(answers.map(({ exitStatus }) => exitStatus)).toEqual([6, 6]);
  expect(shim.told.filter((told) => told === "delete a")).toEqual(["delete a"]);
  expect(shim.verbs.filter((verb) => verb === "delete")).toEqual(["delete"]);
  expect((await refusal(shim.task.delete({ id: "a" })))[0]).toBe(statusCode.notFound);
});

test("Delete that fails can be asked for again", async () => {
  const shim = newShim();
  await shim.live("a");
  writeFileSync(shim.state("fail-delete"), "device or resource busy");
  expect(await refusal(shim.task.delete({ id: "a" }))).toEqual([
    statusCode.unknown,
    "OCI runtime delete failed: device or resource busy",
  ]);
  rmSync(shim.state("fail-delete"));
  expect((await shim.task.delete({ id: "a" })).exitStatus).toBe(0);
});

test("a container whose bundle was removed is killed and deleted all the same", async () => {
  const shim = newShim();
  await shim.create("a", { run: `touch '${shim.folder}/runs'; exec sleep 1000` });
  await shim.task.start({ id: "a" });
  await until(() => existsSync(`${shim.folder}/runs`));
  rmSync(`${shim.folder}/a`, { recursive: true });
  await shim.task.exec({ id: "a", execId: "e", spec: shim.execSpec });
  expect((await refusal(shim.task.start({ id: "a", execId: "e" })))[0]).toBe(statusCode.invalidArgument);
  await shim.task.kill({ id: "a", signal: 9 });
  expect((await shim.task.wait({ id: "a" })).exitStatus).toBe(137);
  writeFileSync(shim.state("fail-delete"), "read-only file system");
  expect((await refusal(shim.task.delete({ id: "a" })))[1]).toContain("read-only file system");
  rmSync(shim.state("fail-delete"));
  await shim.task.delete({ id: "a" });
  expect(readdirSync(`${shim.folder}/state/test`)).toEqual(["calls"]);
  expect(readdirSync(`${shim.folder}/state`)).toEqual(["test"]);
});

test("what a low-level runtime says in a log of several lines is the reason, as it says it", async () => {
  const shim = newShim();
  const entry = '{\\n  "msg":"executable file `\\/nope` not found: No such file",\\n  "level":"error"\\n}\\n';
  writeFileSync(shim.state("shell-create"), `printf '${entry.replaceAll("\\/", "\\\\/")}' >>"$log"; exit 1`);
  expect(await refusal(shim.create("a"))).toEqual([
    statusCode.unknown,
    "OCI runtime create failed: executable file `/nope` not found: No such file",
  ]);
  rmSync(shim.state("shell-create"));
});

test("a log that cannot be read does not hide that the low-level runtime failed", async () => {
  const shim = newShim();
  writeFileSync(shim.state("shell-create"), 'ln -s /nowhere "$log"; exit 7');
  const [code, message] = await refusal(shim.create("a"));
  expect([code, message]).toEqual([
    statusCode.unknown,
    expect.stringMatching(
      /^OCI runtime create failed: \/.*\.sh did not terminate successfully: exit status 7$/,
    ),
  ]);
  rmSync(shim.state("shell-create"));
});

test("a kill of what has just ended, or is not known any more, is NotFound, in the words of every crun and runc", async () => {
  const shim = newShim();
  await shim.create("a", { run: "exec sleep 1000" });
  for (const { verb, text, gone } of texts.errors) {
    if (verb !== "kill") continue;
    writeFileSync(shim.state("fail-kill"), text.replaceAll('"', String.raw`\"`));
    const [code, message] = await refusal(shim.task.kill({ id: "a", signal: 15 }));
    expect([text, code]).toEqual([text, gone === true ? statusCode.notFound : statusCode.unknown]);
    expect(message).toStartWith(`OCI runtime kill failed: ${text}`);
  }
  rmSync(shim.state("fail-kill"));
  await shim.task.delete({ id: "a" });
});

test("Delete takes what the low-level runtime does not know any more for deleted", async () => {
  for (const { text } of texts.errors.filter(({ verb, when }) => verb === "kill" && /not known/.test(when))) {
    const shim = newShim();
    await shim.live("a", { run: "exit 6" });
    writeFileSync(shim.state("fail-delete"), text);
    expect((await shim.task.delete({ id: "a" })).exitStatus).toBe(6);
  }
});

test("a container that cannot be made or started is no missing one, whatever the words say", async () => {
  const shim = newShim();
  for (const text of [
    "the rootfs path `/b/rootfs` does not exist",
    "no such process",
    "container `a` is not running",
  ]) {
    writeFileSync(shim.state("fail-create"), text);
    expect(await refusal(shim.create("a"))).toEqual([
      statusCode.unknown,
      `OCI runtime create failed: ${text}`,
    ]);
    rmSync(shim.state("fail-create"));
    await shim.create("a", { run: "exec sleep 1000" });
    writeFileSync(shim.state("fail-start"), text);
    expect(await refusal(shim.task.start({ id: "a" }))).toEqual([
      statusCode.unknown,
      `OCI runtime start failed: ${text}`,
    ]);
    rmSync(shim.state("fail-start"));
    await shim.task.delete({ id: "a" });
  }
});

describe("standard error, where the program is not there", () => {
  const config = { process: { args: ["/none"], cwd: "/", env: [] } };

  test("has nothing of what the low-level runtime says when it makes no container, however much that is", async () => {
    const shim = newShim();
    const stderr = `${shim.folder}/stderr`;
    writeFileSync(stderr, "");
    for (const says of ["echo refused >&2", "head -c 300000 /dev/zero >&2"]) {
      writeFileSync(shim.state("shell-create"), `${says}; fail 'no such file'`);
      const [code, message] = await refusal(shim.create("a", { config }, { stderr }));
      expect([code, message]).toEqual([statusCode.unknown, "OCI runtime create failed: no such file"]);
    }
    expect(statSync(stderr).size).toBe(0);
  });

  test("has all that the container writes that is made after all, behind what was said before", async () => {
    const shim = newShim();
    const stderr = `${shim.folder}/stderr`;
    writeFileSync(stderr, "");
    writeFileSync(shim.state("shell-create"), "echo warned >&2; head -c 300000 /dev/zero >&2");
    await shim.create("a", { config, run: "echo one >&2; echo two >&2; exit 3" }, { stderr });
    await shim.task.start({ id: "a" });
    expect((await shim.task.wait({ id: "a" })).exitStatus).toBe(3);
    await shim.task.delete({ id: "a" });
    const zeros = "\0".repeat(300_000);
    expect(readFileSync(stderr, "utf8") === `warned\n${zeros}one\ntwo\n`).toBe(true);
  });

  test("has the same of an exec, and a FIFO ends with it", async () => {
    const shim = newShim();
    const stderr = `${shim.folder}/stderr`;
    const reader = makeFifo(stderr);
    await shim.create("a", { run: "exec sleep 1000", exec: "echo done >&2" });
    await shim.task.start({ id: "a" });
    writeFileSync(shim.state("shell-exec"), "echo warned >&2");
    await shim.task.exec({ id: "a", execId: "e", spec: shim.execSpec, stderr });
    await shim.task.start({ id: "a", execId: "e" });
    await shim.task.wait({ id: "a", execId: "e" });
    await shim.task.delete({ id: "a", execId: "e" });
    expect(drainAndClose(reader)).toBe("warned\ndone\n");
    const second = makeFifo(`${stderr}-2`);
    writeFileSync(shim.state("shell-exec"), "echo refused >&2; fail no");
    await shim.task.exec({ id: "a", execId: "f", spec: shim.execSpec, stderr: `${stderr}-2` });
    expect((await refusal(shim.task.start({ id: "a", execId: "f" })))[0]).toBe(statusCode.unknown);
    expect(drainAndClose(second)).toBe("");
    await shim.task.kill({ id: "a", signal: 9 });
    await shim.task.wait({ id: "a" });
    await shim.task.delete({ id: "a" });
  });

  test("leaves no descriptor", async () => {
    const shim = newShim();
    const stderr = `${shim.folder}/stderr`;
    writeFileSync(stderr, "");
    await shim.live("warm", { config });
    await shim.task.delete({ id: "warm" });
    const before = readdirSync("/proc/self/fd").length;
    for (const id of ["a", "b"]) {
      await shim.create(id, { config, run: "echo one >&2" }, { stderr });
      await shim.task.start({ id });
      await shim.task.wait({ id });
      await shim.task.delete({ id });
      writeFileSync(shim.state("fail-create"), "no");
      await refusal(shim.create(id, { config }, { stderr }));
      rmSync(shim.state("fail-create"));
    }
    await until(() => readdirSync("/proc/self/fd").length <= before);
  });
});

// containerd hangs up as soon as Delete has been answered, and a call that has not been fails with "ttrpc: closed".
test("a Kill that has ended a container is answered before its Delete", async () => {
  const shim = newShim();
  await shim.create("a", { run: "exec sleep 1000" });
  await shim.task.start({ id: "a" });
  writeFileSync(shim.state("end-kill"), 'until [ -e "$root/go" ]; do sleep 0.01; done');
  const answered: string[] = [];
  const killed = shim.task.kill({ id: "a", signal: 9 }).then(() => answered.push("kill"));
  await shim.task.wait({ id: "a" });
  const deleted = shim.task.delete({ id: "a" }).then(() => answered.push("delete"));
  // Another container's whole life takes longer than a deletion.
  await shim.live("b");
  await shim.task.delete({ id: "b" });
  expect(answered).toEqual([]);
  writeFileSync(shim.state("go"), "");
  await Promise.all([killed, deleted]);
  expect(answered).toEqual(["kill", "delete"]);
});

test("a low-level runtime that has vanished is not a container that is gone", async () => {
  const shim = newShim();
  writeFileSync(`${shim.folder}/runtime`, readFileSync(new URL("fake-runtime.sh", import.meta.url)), {
    mode: 0o755,
  });
  await shim.create("a", {}, { options: shim.options({ binaryName: `${shim.folder}/runtime` }) });
  rmSync(`${shim.folder}/runtime`);
  const [code, message] = await refusal(shim.task.kill({ id: "a", signal: 9 }));
  expect([code, message]).toEqual([
    statusCode.unknown,
    `OCI runtime kill failed: cannot execute ${shim.folder}/runtime: No such file or directory`,
  ]);
  writeFileSync(`${shim.folder}/runtime`, readFileSync(new URL("fake-runtime.sh", import.meta.url)), {
    mode: 0o755,
  });
  await shim.task.delete({ id: "a" });
});

test("Create that fails leaves no process, no descriptor and no zombie", async () => {
  const shim = newShim();
  await shim.live("warm");
  await shim.task.delete({ id: "warm" });
  const before = readdirSync("/proc/self/fd").length;
  for (const [when, what, expected] of [
    ["shell", "fail 'no space left on device'", "no space left on device"],
    ["shell", "exit 3", "exit status 3"],
    // It is made, but nobody learns its pid.
    ["end", 'rm "$pidfile"', "has left no pid"],
  ] as const) {
    rmSync(shim.state("shell-create"), { force: true });
    writeFileSync(shim.state(`${when}-create`), what);
    const [code, message] = await refusal(shim.create("a", {}, { stdout: "/dev/null" }));
    expect([code, message]).toEqual([statusCode.unknown, expect.stringContaining(expected)]);
  }
  expect(readdirSync(`${shim.folder}/state/test`).toSorted()).toEqual(["calls", "end-create"]);
  await until(() => native.deadChild() <= 0);
  await until(() => readdirSync("/proc/self/fd").length <= before);
  expect(shim.service.isEmpty).toBe(true);
});

test("Pids are those of the runtime, with an exec's by its id; what is no list is an error of the runtime", async () => {
  const shim = newShim();
  const pid = await shim.create("a", { run: "exec sleep 1000", exec: "exec sleep 1000" });
  await shim.task.start({ id: "a" });
  await shim.task.exec({ id: "a", execId: "e", spec: shim.execSpec });
  const exec = await shim.task.start({ id: "a", execId: "e" });
  writeFileSync(shim.state("shell-ps"), `echo '[${pid}, ${exec.pid}, "x"]'; exit 0`);
  const { processes } = await shim.task.pids({ id: "a" });
  expect(processes.map((process) => process.pid)).toEqual([pid, exec.pid]);
  expect(processes.map(({ info }) => info?.type_url ?? "")).toEqual([
    "",
    "containerd.runc.v1.ProcessDetails",
  ]);
  writeFileSync(shim.state("shell-ps"), "echo null; exit 0");
  expect((await shim.task.pids({ id: "a" })).processes).toEqual([]);
  writeFileSync(shim.state("shell-ps"), "echo what; exit 0");
  expect((await refusal(shim.task.pids({ id: "a" })))[0]).toBe(statusCode.unknown);
  writeFileSync(shim.state("shell-ps"), "exec yes");
  const [code, message] = await refusal(shim.task.pids({ id: "a" }));
  expect([code, message]).toEqual([statusCode.unknown, expect.stringContaining("over 1 MiB")]);
  await shim.task.kill({ id: "a", signal: 9 });
  await shim.task.wait({ id: "a" });
  await shim.task.delete({ id: "a" });
});

test("Update hands the limits to the runtime", async () => {
  const shim = newShim();
  await shim.create("a");
  const type_url = "types.containerd.io/opencontainers/runtime-spec/1/LinuxResources";
  const value = Buffer.from('{"memory":{"limit":1048576}}');
  await shim.task.update({ id: "a", resources: { type_url, value } });
  expect(JSON.parse(readFileSync(shim.state("resources"), "utf8"))).toEqual({ memory: { limit: 1_048_576 } });
  expect(
    (await refusal(shim.task.update({ id: "a", resources: { type_url, value: Buffer.from("{") } })))[0],
  ).toBe(statusCode.invalidArgument);
  await shim.task.delete({ id: "a" });
});

test("Shutdown is for a shim without containers; asked twice it is one, and nothing is made after it", async () => {
  const shim = newShim();
  await shim.create("a");
  await shim.task.shutdown({ id: "a", now: true });
  expect(shim.shutDowns).toBe(0);
  await shim.task.delete({ id: "a" });
  await shim.task.shutdown({ id: "a" });
  await shim.task.shutdown({ id: "a" });
  expect(shim.shutDowns).toBe(1);
  expect((await refusal(shim.create("b")))[0]).toBe(statusCode.failedPrecondition);
});

test("a shim that is closed makes no container any more, and serves those that it has", async () => {
  const shim = newShim();
  await shim.create("a");
  shim.service.close();
  expect(await refusal(shim.create("b"))).toEqual([
    statusCode.failedPrecondition,
    "container b: the shim is shutting down: failed precondition",
  ]);
  await shim.task.delete({ id: "a" });
});

test("a signal for all processes is handed on as one", async () => {
  const shim = newShim();
  await shim.create("a");
  await shim.task.kill({ id: "a", signal: 9, all: true });
  await shim.task.kill({ id: "a", signal: 15 }).catch(() => undefined);
  await shim.task.wait({ id: "a" });
  const calls = readFileSync(shim.state("calls"), "utf8").split("\n");
  expect(calls.filter((line) => line.startsWith("kill"))[0]).toBe("kill --all a 9");
  await shim.task.delete({ id: "a" });
});

test("what the options say is told to the runtime", async () => {
  const shim = newShim();
  const options = shim.options({ noPivotRoot: true, noNewKeyring: true, systemdCgroup: true });
  await shim.create("a", {}, { options });
  const [create = ""] = readFileSync(shim.state("calls"), "utf8").split("\n");
  expect(create).toMatch(/^create --bundle \S+ --pid-file \S+ --no-pivot --no-new-keyring a$/);
  expect(JSON.parse(readFileSync(`${shim.folder}/a/options.json`, "utf8"))).toMatchObject({
    root: `${shim.folder}/state`,
    systemdCgroup: true,
  });
  await shim.task.delete({ id: "a" });
});

const rooted = test.skipIf(process.getuid?.() !== 0);

rooted("the streams of a container and of its execs belong to whom the options say", async () => {
  const shim = newShim();
  const [first, second] = [`${shim.folder}/first`, `${shim.folder}/second`];
  for (const path of [first, second]) native.mkfifoat(-100, path, 0o600);
  const options = shim.options({ ioUid: 1000, ioGid: 1001 });
  await shim.create("a", { run: "exec sleep 1000" }, { options, stdout: first });
  await shim.task.start({ id: "a" });
  await shim.task.exec({ id: "a", execId: "e", stdout: second, spec: shim.execSpec });
  await shim.task.start({ id: "a", execId: "e" });
  for (const path of [first, second]) {
    const { uid, gid } = statSync(path);
    expect([uid, gid]).toEqual([1000, 1001]);
  }
  await shim.task.kill({ id: "a", signal: 9 });
  await shim.task.wait({ id: "a" });
  await shim.task.delete({ id: "a" });
});

/** Mounts a file system of its own, for as long as the test's body runs. */
async function mounted(target: string, size: string, body: () => Promise<void>): Promise<void> {
  mkdirSync(target, { recursive: true });
  expect(native.mount("tmpfs", target, "tmpfs", 0, size)).toBe(0);
  try {
    await body();
  } finally {
    native.umount(target, 2);
  }
}

rooted("Create that fails leaves a root file system alone that it has not mounted", async () => {
  const shim = newShim();
  writeFileSync(shim.state("fail-create"), "no");
  await mounted(`${shim.folder}/a/rootfs`, "", async () => {
    writeFileSync(`${shim.folder}/a/rootfs/mark`, "");
    expect((await refusal(shim.create("a")))[0]).toBe(statusCode.unknown);
    expect(existsSync(`${shim.folder}/a/rootfs/mark`)).toBe(true);
    const rootfs = [{ type: "bind", source: `${shim.folder}/state`, options: ["bind"] }];
    expect((await refusal(shim.create("a", {}, { rootfs })))[0]).toBe(statusCode.unknown);
    expect(readdirSync(`${shim.folder}/a/rootfs`)).not.toContain("test");
  });
});

rooted("a full disk is an error that says so, and the shim lives on", async () => {
  const shim = newShim();
  const bundle = `${shim.folder}/a`;
  await mounted(bundle, "size=64k", async () => {
    shim.bundle("a", { run: "exec sleep 1000" });
    const fill = (): void => {
      try {
        writeFileSync(`${bundle}/rootfs/fill`, new Uint8Array(65_536));
      } catch {
        // It is full now.
      }
    };
    fill();
    const request = { id: "a", bundle, options: shim.options() };
    const refused = [statusCode.unknown, expect.stringContaining("No space left on device")];
    expect(await refusal(shim.task.create(request))).toEqual(refused as never);
    rmSync(`${bundle}/rootfs/fill`);
    await shim.task.create(request);
    await shim.task.start({ id: "a" });
    fill();
    await shim.task.exec({ id: "a", execId: "e", spec: shim.execSpec });
    expect(await refusal(shim.task.start({ id: "a", execId: "e" }))).toEqual(refused as never);
    await shim.task.kill({ id: "a", signal: 9 });
    expect((await shim.task.wait({ id: "a" })).exitStatus).toBe(137);
    await shim.task.delete({ id: "a" });
  });
});

test("a request for a terminal that the runtime does not make is an error, not a wait", async () => {
  const shim = newShim();
  const [code, message] = await refusal(shim.create("a", {}, { terminal: true }));
  expect(code).toBe(statusCode.unknown);
  expect(message).toContain("the low-level runtime has made no terminal");
  await shim.create("b", { run: "exec sleep 1000", exec: "exec sleep 1000" });
  await shim.task.start({ id: "b" });
  await shim.task.exec({ id: "b", execId: "e", terminal: true, spec: shim.execSpec });
  expect((await refusal(shim.task.start({ id: "b", execId: "e" })))[1]).toContain("has made no terminal");
  expect((await shim.task.wait({ id: "b", execId: "e" })).exitStatus).toBe(255);
  expect(readdirSync(`${shim.folder}/sockets`)).toEqual([]);
  await shim.task.kill({ id: "b", signal: 9 });
  await shim.task.wait({ id: "b" });
  await shim.task.delete({ id: "b" });
  await until(() => native.deadChild() <= 0);
});

test("an exec waits while there is no room for its events; other calls do not", async () => {
  const shim = newShim();
  const room = Promise.withResolvers<void>();
  await shim.create("a", { run: "exec sleep 1000" });
  shim.room = room.promise;
  const exec = shim.task.exec({ id: "a", execId: "e", spec: shim.execSpec });
  await shim.task.start({ id: "a" });
  expect(shim.told).toEqual(["create a", "start a"]);
  room.resolve();
  await exec;
  expect(shim.told).toEqual(["create a", "start a", "exec-added e"]);
  await shim.task.kill({ id: "a", signal: 9 });
  await shim.task.wait({ id: "a" });
  await shim.task.delete({ id: "a" });
});

test("a full table of descriptors fails calls by its name, and the shim goes on when there is room again", async () => {
  const shim = newShim();
  await shim.create("a", { run: "exec sleep 1000" });
  await shim.task.start({ id: "a" });
  await shim.task.exec({ id: "a", execId: "e", spec: shim.execSpec });
  const limits = native.getrlimit(numberOfFiles);
  if (typeof limits === "number") throw new Error(`getrlimit: ${limits}`);
  const bundle = shim.bundle("b");
  native.setrlimit(numberOfFiles, 3, limits[1]);
  const refusals = await Promise.all([
    refusal(shim.task.create({ id: "b", bundle, options: shim.options() })),
    refusal(shim.task.start({ id: "a", execId: "e" })),
    refusal(shim.task.pids({ id: "a" })),
  ]);
  native.setrlimit(numberOfFiles, limits[0], limits[1]);
  const expected = [statusCode.unknown, expect.stringContaining("Too many open files")];
  expect(refusals).toEqual([expected, expected, expected] as never);
  await shim.create("b");
  await shim.task.delete({ id: "b" });
  await shim.task.kill({ id: "a", signal: 9 });
  expect((await shim.task.wait({ id: "a" })).exitStatus).toBe(137);
  await shim.task.delete({ id: "a" });
});
