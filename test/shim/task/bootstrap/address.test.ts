import { createHash } from "node:crypto";
import { expect, test } from "bun:test";
import { groupOf, socketFolder, socketPath } from "../../../../shim/task/bootstrap/address.ts";

test("groupOf() is the pod's id, where the container has one, and runc's own label before it", () => {
  const sandbox = { "io.kubernetes.cri.sandbox-id": "pod" };
  expect(groupOf({}, "a")).toBe("a");
  expect(groupOf({ annotations: { other: "x" } }, "a")).toBe("a");
  expect(groupOf({ annotations: sandbox }, "a")).toBe("pod");
  expect(groupOf({ annotations: { ...sandbox, "io.containerd.runc.v2.group": "group" } }, "a")).toBe("group");
});

test("socketPath() is the name by which containerd's own shims know theirs, and short for any name", async () => {
  const names = { address: "/run/containerd/containerd.sock", namespace: "k8s.io", group: "pod" };
  const hash = createHash("sha256").update("/run/containerd/containerd.sock/k8s.io/pod").digest("hex");
  expect(await socketPath(names, socketFolder)).toBe(`/run/containerd/s/${hash}`);
  const long = await socketPath({ ...names, group: "../".repeat(10_000) }, "/run/s");
  expect(long).toMatch(/^\/run\/s\/[0-9a-f]{64}$/);
});
