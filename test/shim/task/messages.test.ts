import { expect, test } from "bun:test";
import { containerd } from "../../../proto/gen/task.js";
import { answer, namesOf, processDetails, rootfsOf, statusNumber } from "../../../shim/task/messages.ts";
import type { TaskEvent } from "../../../shim/task/task-events.ts";
import { TaskProcess } from "../../../shim/task/task-process.ts";
import { encodeEvent, timestamp } from "../../../shim/transport/task-events.ts";

const exitedAt = new Date(1_700_000_000_250);
// google.protobuf.Timestamp: field 1, the seconds; field 2, the nanoseconds.
const at = "0880e2cfaa061080e59a77";
const io = { stdin: "i", stdout: "o", stderr: "e", terminal: true };
const rootfs = [{ type: "t", source: "s", target: "u", options: ["ro"] }];
const end = { containerId: "c", pid: 300, exitStatus: 137, exitedAt };

// The bytes of containerd's api/events/task.proto, put together by hand: tag, length, content.
const golden: readonly (readonly [TaskEvent, string, string])[] = [
  [
    { topic: "/tasks/create", containerId: "c", bundle: "b", rootfs, io, checkpoint: "k", pid: 300 },
    "TaskCreate",
    "0a0163 120162 1a0d 0a0174 120173 1a0175 2202726f 220b 0a0169 12016f 1a0165 2001 2a016b 30ac02",
  ],
  [{ topic: "/tasks/start", containerId: "c", pid: 300 }, "TaskStart", "0a0163 10ac02"],
  [{ topic: "/tasks/exit", id: "x", ...end }, "TaskExit", `0a0163 120178 18ac02 208901 2a0b${at}`],
  [{ topic: "/tasks/delete", id: "", ...end }, "TaskDelete", `0a0163 10ac02 188901 220b${at}`],
  [{ topic: "/tasks/oom", containerId: "c" }, "TaskOOM", "0a0163"],
  [{ topic: "/tasks/exec-added", containerId: "c", execId: "x" }, "TaskExecAdded", "0a0163 120178"],
  [
    { topic: "/tasks/exec-started", containerId: "c", execId: "x", pid: 300 },
    "TaskExecStarted",
    "0a0163 120178 18ac02",
  ],
  [{ topic: "/tasks/paused", containerId: "c" }, "TaskPaused", "0a0163"],
  [{ topic: "/tasks/resumed", containerId: "c" }, "TaskResumed", "0a0163"],
];

for (const [event, name, bytes] of golden)
  test(`encodeEvent() writes containerd.events.${name} as containerd reads it`, () => {
    const { type_url, value } = encodeEvent(event);
    // proto3 leaves an empty text out.
    expect([type_url, Buffer.from(value).toString("hex").replace(/2a00$/, "")]).toEqual([
      `containerd.events.${name}`,
      bytes.replaceAll(" ", ""),
    ]);
  });

test("timestamp() splits a moment into whole seconds and the rest, before 1970 too", () => {
  expect(timestamp(exitedAt)).toEqual({ seconds: 1_700_000_000, nanos: 250_000_000 });
  expect(timestamp(new Date(-1))).toEqual({ seconds: -1, nanos: 999_000_000 });
});

test("answer() tells of an end where there is one", () => {
  const process = new TaskProcess("", io);
  expect(answer(process)).toEqual({});
  process.stop({ exitStatus: 3, at: exitedAt });
  expect(answer(process)).toEqual({ exitStatus: 3, exitedAt: timestamp(exitedAt) });
});

test("the answer of State is written as containerd reads it", () => {
  const response = containerd.task.v3.StateResponse.encode({
    id: "c",
    bundle: "b",
    pid: 300,
    status: statusNumber.stopped,
    ...io,
    exitStatus: 137,
    exitedAt: timestamp(exitedAt),
    execId: "x",
  }).finish();
  const parts = ["0a0163", "120162", "18ac02", "2003", "2a0169", "32016f", "3a0165", "4001", "488901"];
  expect(Buffer.from(response).toString("hex")).toBe(`${parts.join("")}520b${at}5a0178`);
});

test("statusNumber has containerd's numbers", () => {
  expect(statusNumber).toEqual({ created: 1, running: 2, stopped: 3, paused: 4 });
});

test("namesOf() and rootfsOf() read requests, whatever else or nothing is in them", () => {
  const request = containerd.task.v3.CreateTaskRequest.decode(
    containerd.task.v3.CreateTaskRequest.encode({ id: "c", ...io }).finish(),
  );
  expect(namesOf(request)).toEqual(io);
  expect(rootfsOf([{}, ...rootfs])).toEqual([
    { type: "", source: "", target: "", options: [] },
    { ...rootfs[0], options: ["ro"] },
  ] as never);
});

test("processDetails() names an exec by its id, and no other process", () => {
  const [init, exec] = [new TaskProcess("", io), new TaskProcess("x", io)];
  [init.pid, exec.pid] = [1, 2];
  expect(processDetails(1, [init, exec])).toEqual({ pid: 1 });
  expect(processDetails(3, [init, exec])).toEqual({ pid: 3 });
  const { pid, info } = processDetails(2, [init, exec]);
  expect([pid, info?.type_url]).toEqual([2, "containerd.runc.v1.ProcessDetails"]);
  expect(Buffer.from(info?.value ?? []).toString("hex")).toBe("0a0178");
});
