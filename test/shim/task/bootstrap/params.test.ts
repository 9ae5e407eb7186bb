import { expect, test } from "bun:test";
import { containerd, google } from "../../../../proto/gen/bootstrap.js";
import { containerd as optionsOf, runtimeoptions } from "../../../../proto/gen/options.js";
import { decodeInput } from "../../../../shim/task/bootstrap/params.ts";
import { noOptions } from "../../../../shim/task/options.ts";

const { BootstrapParams } = containerd.runtime.bootstrap.v1;
const names = { id: "a", namespace: "k8s.io" };
const runc = {
  type_url: "containerd.runc.v1.Options",
  value: optionsOf.runc.v1.Options.encode({ binaryName: "runc", shimCgroup: "/shims" }).finish(),
};
const options = { ...noOptions, binaryName: "runc", shimCgroup: "/shims" };
const foreign = { type_url: "example.com/Extension", value: Uint8Array.of(1, 2, 3) };

function params(more: object = {}): Uint8Array {
  const all = {
    instanceId: "a",
    namespace: "k8s.io",
    containerdVersion: "v2.3.1",
    socketDir: "/run/s",
    ...more,
  };
  return BootstrapParams.encode(all).finish();
}

test("decodeInput() reads what containerd 2.3 says, with the options among its extensions", async () => {
  const extensions = [{ value: foreign }, {}, { value: runc }];
  expect(await decodeInput(params({ extensions, logLevel: -4 }), names)).toEqual({
    params: {
      instanceId: "a",
      namespace: "k8s.io",
      containerdVersion: "v2.3.1",
      socketDir: "/run/s",
      logLevel: "debug",
      extensions: [expect.objectContaining(foreign), expect.objectContaining(runc)],
    },
    options,
  });
});

test("decodeInput() reads log levels as Go's log/slog numbers them", async () => {
  const levels = [-8, -4, 0, 4, 8, 10, 12, 99].map(async (logLevel) => {
    const input = await decodeInput(params({ logLevel }), names);
    return input.params?.logLevel;
  });
  expect(await Promise.all(levels)).toEqual([
    "debug",
    "debug",
    "info",
    "warning",
    "error",
    "error",
    "error",
    "error",
  ]);
});

test("decodeInput() reads the options alone, as containerd gave them before 2.3", async () => {
  const any = google.protobuf.Any.encode(runc).finish();
  expect(await decodeInput(any, names)).toEqual({ options });
  const value = runtimeoptions.v1.Options.encode({
    configBody: Buffer.from('ShimCgroup = "/shims"'),
  }).finish();
  const cri = google.protobuf.Any.encode({ type_url: "runtimeoptions.v1.Options", value }).finish();
  expect(await decodeInput(cri, names)).toEqual({ options: { ...noOptions, shimCgroup: "/shims" } });
  const other = runtimeoptions.v1.Options.encode({
    configBody: Buffer.from("SystemdCgroup = true"),
  }).finish();
  const usual = google.protobuf.Any.encode({ type_url: "runtimeoptions.v1.Options", value: other }).finish();
  expect(await decodeInput(usual, { ...names, id: "0123456789abcdef" })).toEqual({});
});

test("decodeInput() takes what is for another container, or of another type, for nothing", async () => {
  for (const other of [{ instanceId: "b" }, { namespace: "moby" }])
    expect(await decodeInput(params(other), names)).toEqual({});
  expect(await decodeInput(google.protobuf.Any.encode(foreign).finish(), names)).toEqual({});
});

test("decodeInput() passes over bytes that are no message, and refuses options that are none", async () => {
  expect(await decodeInput(Uint8Array.of(0xff, 0xff), names)).toEqual({});
  const broken = google.protobuf.Any.encode({ ...runc, value: Uint8Array.of(0x0a, 0xff) }).finish();
  expect(decodeInput(broken, names)).rejects.toThrow("malformed message");
});
