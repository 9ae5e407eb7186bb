import { expect, test } from "bun:test";
import { WrunError } from "../../../oci/error.ts";
import { readResources } from "../../../shim/cgroup/resources.ts";
import type { ResourcesUpdate } from "../../../shim/cgroup/resources.ts";

const typeUrl = "types.containerd.io/opencontainers/runtime-spec/1/LinuxResources";

function read(text: string, isWasm = false): ResourcesUpdate {
  return readResources({ type_url: typeUrl, value: new TextEncoder().encode(text) }, isWasm);
}

test("readResources() passes limits on, with all their digits", () => {
  const text =
    '{"memory":{"limit":67108864,"swap":-1},"cpu":{"shares":102,"quota":-1,"period":18446744073709551615,"cpus":"0-1"},' +
    '"pids":{"limit":100},"hugepageLimits":[{"pageSize":"2MB","limit":18446744073709551615}],"unified":{"memory.high":"max"}}';
  expect(read(text)).toEqual({ text, notes: [] });
});

test("readResources() leaves out what runc ignores and crun would set, and says so", () => {
  const { text, notes } = read('{"memory":{"limit":1,"kernel":5,"kernelTCP":6}}');
  expect(text).toBe('{"memory":{"limit":1}}');
  expect(notes.map(({ field }) => field)).toEqual(["memory.kernel", "memory.kernelTCP"]);
});

test("readResources() leaves out the devices without a note, as every update of the kubelet has them", () => {
  const devices = '"devices":[{"allow":false,"access":"rwm"}]';
  expect(read(`{${devices},"cpu":{"shares":2}}`)).toEqual({ text: '{"cpu":{"shares":2}}', notes: [] });
  expect(read(`{${devices}}`)).toEqual({ text: undefined, notes: [] });
});

test("readResources() takes nulls and empty objects away, as crun wants a field in them", () => {
  expect(
    read('{"pids":{},"cpu":{"shares":2,"quota":null},"memory":null,"blockIO":{"weight":null}}').text,
  ).toBe('{"cpu":{"shares":2}}');
  expect(read('{"pids":{},"devices":[]}').text).toBeUndefined();
  expect(read("{}")).toEqual({ text: undefined, notes: [] });
});

test("readResources() notes that a wasm guest keeps the bound of its linear memory", () => {
  expect(read('{"memory":{"limit":1}}', true).notes).toMatchObject([{ field: "memory.limit" }]);
  expect(read('{"memory":{"swap":1}}', true).notes).toEqual([]);
  expect(read('{"cpu":{"shares":1}}', true).notes).toEqual([]);
});

test("readResources() refuses what is no LinuxResources, and says what is wrong", () => {
  const cases: [string, string][] = [
    ["", "it is no JSON object"],
    ["[]", "it is no JSON object"],
    ["12345678901234567890", "it is no JSON object"],
    ['{"memory":[]}', "memory is not an object"],
    ['{"memory":{"limit":"64m"}}', "memory.limit is not a whole number"],
    ['{"cpu":{"quota":1.5}}', "cpu.quota is not a whole number"],
    ['{"cpu":{"period":18446744073709551616}}', "cpu.period is not a whole number"],
    ['{"pids":{"limit":{"rawJSON":"1"}}}', "pids.limit is not a whole number"],
    [`{"unified":${"[".repeat(300_000)}${"]".repeat(300_000)}}`, "it is "],
    [`{"x":"${"y".repeat(2 ** 20)}"}`, "it is over 1 MiB"],
  ];
  for (const [text, problem] of cases) {
    const error = refusal(() => read(text));
    expect(error.code).toBe("invalid");
    expect(error.message).toStartWith(`cannot read the new resources: ${problem}`);
  }
  const windows = { type_url: "types.containerd.io/…/WindowsResources\n", value: new Uint8Array() };
  expect(refusal(() => readResources(windows, false)).message).toContain('WindowsResources\\n", not types');
});

function refusal(act: () => unknown): WrunError {
  try {
    act();
  } catch (error) {
    if (error instanceof WrunError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}
