import { existsSync, readFileSync, statSync } from "node:fs";
import { expect, test } from "bun:test";
import { native } from "../../../native/native.ts";
import { GuestReports } from "../../../shim/task/guest-reports.ts";
import { until } from "../../e2e/containers.ts";
import { temporaryDirectory } from "../../wrun.ts";

const line = (report: object): string => `${JSON.stringify(report)}\n`;
const [started, exited] = [line({ report: "started" }), line({ report: "exited", code: 7 })];

const script = `
  import { native } from ${JSON.stringify(new URL("../../../native/native.ts", import.meta.url).pathname)};
  const send = (text) => { const { buffer, length } = new TextEncoder().encode(text); return native.write(3, buffer, 0, length); };
  for await (const line of console) if (line !== "") for (const text of JSON.parse(line)) send(text);
`;

/** A process that inherits the socket, as an engine does, and sends what it is told to. */
function sender(fd: number): {
  readonly pid: number;
  send(...texts: readonly string[]): void;
  close(): Promise<void>;
} {
  const child = Bun.spawn([process.execPath, "-e", script], { stdio: ["pipe", "ignore", "inherit", fd] });
  return {
    pid: child.pid,
    send: (...texts) => {
      void child.stdin.write(`${JSON.stringify(texts)}\n`);
      void child.stdin.flush();
    },
    close: async () => {
      await child.stdin.end();
      expect(await child.exited).toBe(0);
    },
  };
}

test("the reports of the container's process are kept, copied as they come, and say its end", async () => {
  const file = `${temporaryDirectory()}/reports`;
  using reports = new GuestReports(file);
  const engine = sender(reports.sender);
  reports.closeSender();
  reports.listen(engine.pid);
  expect(reports.end()).toBeUndefined();
  engine.send(started);
  await until("the report is copied", () => readFileSync(file, "utf8") === started);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  engine.send(exited);
  await engine.close();
  expect(reports.end()).toEqual({ report: "exited", code: 7 });
  expect(readFileSync(file, "utf8")).toBe(started + exited);
  reports[Symbol.dispose]();
  expect(existsSync(file)).toBe(false);
});

test("messages of another process that has taken the socket do not count", async () => {
  const file = `${temporaryDirectory()}/reports`;
  using reports = new GuestReports(file);
  const [engine, other] = [sender(reports.sender), sender(reports.sender)];
  reports.closeSender();
  reports.listen(engine.pid);
  engine.send(started);
  await until("the report is copied", () => readFileSync(file, "utf8") === started);
  other.send(exited);
  await other.close();
  expect(reports.end()).toBeUndefined();
  await engine.close();
  expect(readFileSync(file, "utf8")).toBe(started);
});

test("what a process sends beyond 64 KiB is dropped, and a message that is too long", async () => {
  const file = `${temporaryDirectory()}/reports`;
  using reports = new GuestReports(file);
  const engine = sender(reports.sender);
  reports.closeSender();
  reports.listen(engine.pid);
  const long = line({ report: "trapped", reason: "x".repeat(30_000), stack: [] });
  engine.send(
    started,
    line({ report: "failed", code: 126, reason: "x".repeat(70_000) }),
    exited,
    long,
    long,
    long,
  );
  await engine.close();
  expect(reports.end()).toEqual({ report: "exited", code: 7 });
  expect(statSync(file).size).toBeLessThanOrEqual(64 * 1024);
});

test("a container whose reports nobody copies has them all the same", async () => {
  using reports = new GuestReports(undefined);
  const engine = sender(reports.sender);
  reports.closeSender();
  reports.listen(engine.pid);
  engine.send(exited);
  await engine.close();
  expect(reports.end()).toEqual({ report: "exited", code: 7 });
});

test("receiveMessage() says who has sent a message, and takes no descriptor that comes with it", () => {
  const pair = native.messagePair();
  if (typeof pair === "number") throw new Error(`errno ${-pair}`);
  const [receiver, own] = pair;
  const bytes = new Uint8Array(16);
  expect(native.receiveMessage(receiver, bytes.buffer, 0, 16)).toBe(-11);
  native.sendFd(own, 0);
  expect(native.receiveMessage(receiver, bytes.buffer, 0, 16)).toEqual([1, process.pid]);
  native.close(own);
  expect(native.receiveMessage(receiver, bytes.buffer, 0, 16)).toEqual([0, 0]);
  native.close(receiver);
});
