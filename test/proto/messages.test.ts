import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { containerd } from "../../proto/gen/task.js";
import { io } from "../../proto/gen/metrics.js";
import { util } from "../../proto/runtime.ts";
import { uint64 } from "../../proto/uint64.ts";
import { bytes, hex } from "./hex.ts";

const task = containerd.task.v3;
const v2 = io.containerd.cgroups.v2;

test("a StateResponse is the bytes that the wire format says", () => {
  const message = {
    id: "a",
    pid: 300,
    status: containerd.v1.types.Status.STOPPED,
    terminal: true,
    exitStatus: 137,
    exitedAt: { seconds: 1_700_000_000, nanos: 5 },
  };
  const encoded = task.StateResponse.encode(message).finish();
  expect(hex(encoded)).toBe(hex(bytes("0a0161 18ac02 2003 4001 488901 5208 0880e2cfaa06 1005")));
  expect(task.StateResponse.decode(encoded)).toMatchObject(message);
});

test("what is absent on the wire reads as the field's zero", () => {
  const state = task.StateResponse.decode(bytes(""));
  expect([state.id, state.pid, state.terminal, state.status]).toEqual(["", 0, false, 0]);
  expect(state.exitedAt).toBeNull();
  expect(task.CreateTaskRequest.decode(bytes("")).rootfs).toEqual([]);
});

test("fields that we do not know are skipped", () => {
  const request = bytes("0a0161 a00601 aa06026162 1a0162");
  expect(task.ExecProcessRequest.decode(request)).toMatchObject({ id: "a" });
  expect(hex(task.ExecProcessRequest.encode(task.ExecProcessRequest.decode(request)).finish())).toBe(
    "0a0161",
  );
});

test("64 bits are written to the last one, by numbers and in halves", () => {
  const limit = (value: bigint) => hex(v2.PidsStat.encode({ limit: uint64(value) }).finish());
  expect(limit(2n ** 64n - 1n)).toBe("10ffffffffffffffffff01");
  expect(limit(2n ** 53n + 1n)).toBe("108180808080808010");
  expect(limit(2n ** 32n)).toBe("108080808010");
  expect(limit(0n)).toBe("");
  expect(hex(v2.PidsStat.encode({ limit: 2 ** 32 }).finish())).toBe("108080808010");
});

test("a timestamp before 1970 and one far ahead come back as they were", () => {
  for (const seconds of [-62_135_596_800, -1, 253_402_300_799]) {
    const encoded = task.WaitResponse.encode({ exitedAt: { seconds, nanos: 999_999_999 } }).finish();
    expect(task.WaitResponse.decode(encoded).exitedAt).toMatchObject({ seconds, nanos: 999_999_999 });
  }
});

test("the runtime has no 64-bit class, and leaves none behind in the globals", () => {
  expect(util.Long).toBeNull();
  expect("Long" in globalThis).toBe(false);
});

test("version 2 of the Task service differs from version 3 in its package only", () => {
  const text = (version: number) =>
    readFileSync(`${import.meta.dir}/../../proto/containerd/task/v${version}/shim.proto`, "utf8");
  expect(text(2)).toContain("package containerd.task.v2;");
  expect(text(2).replace("task.v2", "task.v3").replace("version 2.", "version 3.")).toBe(text(3));
});
