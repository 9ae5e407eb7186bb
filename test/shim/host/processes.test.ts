import { copyFileSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { expect, test } from "bun:test";
import { linuxFiles as files } from "../../../shim/host/files.ts";
import type { ProcessIdentity } from "../../../shim/host/host.ts";
import { linuxProcesses as processes } from "../../../shim/host/processes.ts";
import { temporaryDirectory } from "../../wrun.ts";

const place = temporaryDirectory();

function identityOf(pid: number): ProcessIdentity {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  return { pid, startTime: stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "" };
}

test("a process is told apart from another of its pid by when it started", () => {
  const self = identityOf(process.pid);
  expect(processes.runs(self)).toBe(true);
  expect(processes.runs({ ...self, startTime: "1" })).toBe(false);
  expect(processes.signal({ ...self, startTime: "1" }, 9)).toBe(false);
  expect(processes.gone({ ...self, startTime: "1" })).toBe(true);
});

test("a process whose name looks like a line of stat is read right", async () => {
  const sleep = `${place}/) Z 1 2`;
  copyFileSync("/bin/sleep", sleep);
  const named = Bun.spawn([sleep, "60"]);
  expect(readFileSync(`/proc/${named.pid}/stat`, "utf8")).toContain("() Z 1 2)");
  expect(processes.runs(identityOf(named.pid))).toBe(true);
  named.kill(9);
  await named.exited;
});

test("signal() and gone() end a process and see its end", async () => {
  const child = Bun.spawn(["sleep", "60"]);
  const identity = identityOf(child.pid);
  expect(processes.signal(identity, 15)).toBe(true);
  expect(processes.gone(identity)).toBe(true);
  expect(processes.runs(identity)).toBe(false);
  expect(processes.signal(identity, 15)).toBe(false);
  await child.exited;
  expect(child.signalCode).toBe("SIGTERM");
});

test("openGate() lets exactly one reader through, and knows when there is none", async () => {
  const fifo = `${place}/fifo`;
  files.makeFifo(fifo);
  const reader = Bun.spawn(["sh", "-c", `sleep 0.05; head -c 1 <"$1"`, "sh", fifo], { stdout: "pipe" });
  const identity = identityOf(reader.pid);
  expect(processes.openGate(fifo, identity)).toBe(true);
  expect(await reader.exited).toBe(0);
  expect(await new Response(reader.stdout).text()).toBe("1");
  expect(processes.openGate(fifo, identity)).toBe(false);
});

test("openGate() follows no symlink to a file that would be written", () => {
  writeFileSync(`${place}/victim`, "kept");
  symlinkSync("victim", `${place}/link`);
  expect(() => processes.openGate(`${place}/link`, identityOf(process.pid))).toThrow("symbolic links");
  expect(readFileSync(`${place}/victim`, "utf8")).toBe("kept");
});
