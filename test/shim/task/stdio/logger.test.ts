import { expect, test } from "bun:test";
import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { native } from "../../../../native/native.ts";
import { startLogger } from "../../../../shim/task/stdio/logger.ts";
import { openOutputs } from "../../../../shim/task/stdio/names.ts";
import { bufferOf } from "../../../native/scratch.ts";
import { temporaryDirectory } from "../../../wrun.ts";
import { until } from "../until.ts";

const folder = temporaryDirectory();
const place = { id: "a", namespace: "test", sockets: folder };
const patience = { start: 50, end: 50 };
const openFiles = (): number => readdirSync("/proc/self/fd").length;

function logger(name: string, script: string): string {
  writeFileSync(`${folder}/${name}`, `#!/bin/sh\n${script}\n`);
  chmodSync(`${folder}/${name}`, 0o755);
  return `${folder}/${name}`;
}

test("a logger gets both streams, its container's names and its arguments, and ends with the streams", async () => {
  const log = `${folder}/log`;
  const script = `exec 5>&-; { cat <&3; cat <&4; echo "$CONTAINER_ID $CONTAINER_NAMESPACE $*"; } >${log}.new; mv ${log}.new ${log}`;
  const path = logger("good", script);
  const { stdout, stderr } = await openOutputs(`binary://${path}?name=a%20b&other=c`, "ignored", place);
  for (const [output, text] of [
    [stdout, "out "],
    [stderr, "err "],
  ] as const) {
    native.write(output?.fd ?? -1, bufferOf(text), 0, text.length);
    output?.close();
  }
  await until(() => existsSync(log));
  expect(readFileSync(log, "utf8")).toBe("out err a test name a b other c\n");
});

test("a logger that never gets ready is an error, and is ended", async () => {
  const { stdout, stderr, isReady } = startLogger(
    {
      path: logger("slow", "trap : TERM; while :; do sleep 0.01; done"),
      args: [],
      readyBy: "close",
    },
    place,
    patience,
  );
  expect(isReady).rejects.toThrow("slow does not get ready: it must close descriptor 5");
  await isReady.catch(() => undefined);
  stdout.close();
  stderr.close();
  // It does not end when it is asked to.
  await until(() => !isRunning("slow"));
});

test("a logger that dies at once lets nobody wait", async () => {
  const { stdout, stderr } = await openOutputs(`binary://${logger("dies", "exit 1")}`, "", place);
  stdout?.close();
  stderr?.close();
  await until(() => !isRunning("dies"));
});

test("a logger of binary-v2:// is ready with the byte that it writes, and not without", async () => {
  const log = `${folder}/log-v2`;
  const path = logger("v2", `printf . >&5; cat <&3 >${log}.new; mv ${log}.new ${log}`);
  const { stdout, stderr } = await openOutputs(`binary-v2://${path}`, "", place);
  native.write(stdout?.fd ?? -1, bufferOf("out"), 0, 3);
  stdout?.close();
  stderr?.close();
  await until(() => existsSync(log));
  expect(readFileSync(log, "utf8")).toBe("out");
  const silent = openOutputs(`binary-v2://${logger("v2-dies", "exit 0")}`, "", place);
  expect(silent).rejects.toThrow("v2-dies does not get ready: it must write a byte to descriptor 5");
  await silent.catch(() => undefined);
});

test("a logger that is not there is an error, and leaves no descriptor", async () => {
  await openOutputs("binary:///no/such", "", place).catch(() => undefined);
  const before = openFiles();
  for (let turn = 0; turn < 5; turn++)
    expect(openOutputs("binary:///no/such", "", place)).rejects.toThrow("cannot execute /no/such");
  expect(openFiles()).toBeLessThanOrEqual(before);
});

test("names that no stream can be are refused by what is wrong with them", async () => {
  for (const [name, problem] of [
    ["npipe://x", "name a path, file:// or binary://"],
    ["file:///%zz", "a % without a byte"],
    ["binary:///%e0%a4%a", "a % without a byte"],
  ] as const)
    expect(openOutputs(name, "", place)).rejects.toThrow(problem);
});

test("file:// makes the file and its folder, and both streams go there", async () => {
  const { stdout, stderr } = await openOutputs(`file://${folder}/new%20folder/log`, "", place);
  native.write(stdout?.fd ?? -1, bufferOf("out"), 0, 3);
  native.write(stderr?.fd ?? -1, bufferOf("err"), 0, 3);
  stdout?.close();
  stderr?.close();
  expect(readFileSync(`${folder}/new folder/log`, "utf8")).toBe("outerr");
});

function isRunning(name: string): boolean {
  return readdirSync("/proc")
    .filter((pid) => /^\d+$/.test(pid))
    .some((pid) => commandOf(pid).includes(`${folder}/${name}`));
}

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return "";
  }
}
