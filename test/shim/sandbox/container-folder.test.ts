import { chownSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { expect, test } from "bun:test";
import { parseContainerId } from "../../../shim/container-id.ts";
import { linuxHost } from "../../../shim/host/linux.ts";
import { ContainerFolder } from "../../../shim/sandbox/container-folder.ts";
import { formatRecord } from "../../../shim/sandbox/container-record.ts";
import { EmbeddedSandbox } from "../../../shim/sandbox/embedded.ts";
import { run, temporaryDirectory } from "../../wrun.ts";

const a = parseContainerId("a");
const host = linuxHost();

/** A state root with the record of a container whose process is a `sleep` of ours. */
function stateOf(pid: number): { readonly root: string; readonly folder: ContainerFolder } {
  const root = `${temporaryDirectory()}/.wrun`;
  const folder = new ContainerFolder(root, a);
  mkdirSync(folder.path, { recursive: true });
  const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
  const startTime = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  const record = { id: a, pid, startTime, bundle: "/b", rootfs: "/b/rootfs", annotations: {} };
  writeFileSync(folder.record, formatRecord({ ...record, created: "2026-01-02T03:04:05Z", owner: 0 }));
  writeFileSync(folder.status, '{"report":"loaded"}\n{"report":"started"}\n');
  return { root, folder };
}

function sleeping(): AsyncDisposable & { readonly pid: number; exitCode(): number | null } {
  const child = Bun.spawn(["sleep", "1000"]);
  return {
    pid: child.pid,
    exitCode: () => child.exitCode,
    [Symbol.asyncDispose]: async () => {
      child.kill();
      await child.exited;
    },
  };
}

function sandboxIn(root: string): EmbeddedSandbox {
  const log = { warning: () => undefined, debug: () => undefined };
  return new EmbeddedSandbox({ host, root: { path: root, exposed: false }, log });
}

test.skipIf(process.getuid?.() !== 0)(
  "nothing is done to a process that another user's record names, but it is shown",
  async () => {
    await using child = sleeping();
    const { root, folder } = stateOf(child.pid);
    chownSync(folder.record, 4321, 4321);
    const sandbox = sandboxIn(root);
    expect(sandbox.state(a).life).toEqual({ status: "running", pid: child.pid });
    expect(sandbox.list().length).toBe(1);
    for (const act of [
      () => sandbox.kill(a, 9),
      () => sandbox.start(a),
      () => sandbox.delete(a, false),
      () => sandbox.delete(a, true),
    ])
      expect(act).toThrow(`cannot read ${folder.record}: it belongs to user 4321, not to user 0`);
    expect([child.exitCode(), sandbox.list().length]).toEqual([null, 1]);
  },
);

test("a record or a report that is a link or a FIFO is an error, which holds nobody up", async () => {
  await using child = sleeping();
  const { root, folder } = stateOf(child.pid);
  run(["mv", folder.status, `${root}/elsewhere`]);
  symlinkSync("../elsewhere", folder.status);
  expect(() => sandboxIn(root).state(a)).toThrow(`cannot read ${folder.status}: it is a symbolic link`);
  run(["rm", folder.status, folder.record]);
  run(["mkfifo", folder.record]);
  // Another process may block without an end.
  const ended = run([new URL("../../../dist/wrun", import.meta.url).pathname, ...embedded(root), "state", a]);
  expect([ended.code, ended.stderr]).toEqual([
    1,
    expect.stringContaining("it is a FIFO, not a regular file"),
  ]);
});

function embedded(root: string): readonly string[] {
  return ["--sandbox", "embedded", "--root", root.replace(/\/\.wrun$/, "")];
}
