import { expect, test } from "bun:test";
import { absolutePath, stateRoot } from "../../../shim/sandbox/state-root.ts";

const root = { uid: 0, runtimeDirectory: "/run/user/0", workingDirectory: () => "/here" };
const user = { ...root, uid: 1000, runtimeDirectory: "/run/user/1000" };

test("state is kept in /run/wrun for root, in the runtime directory for others, else in /tmp", () => {
  expect(stateRoot(undefined, root)).toEqual({ path: "/run/wrun", exposed: false });
  expect(stateRoot(undefined, user)).toEqual({ path: "/run/user/1000/wrun", exposed: false });
  for (const runtimeDirectory of [undefined, "", "relative"]) {
    expect(stateRoot(undefined, { ...user, runtimeDirectory })).toEqual({
      path: "/tmp/wrun-1000",
      exposed: true,
    });
  }
});

test("--root is taken from the working directory, and containers are kept beneath it, where a low-level runtime does not look", () => {
  expect(stateRoot("/a//b/./c/", root)).toEqual({ path: "/a/b/c/.wrun", exposed: false, earlier: "/a/b/c" });
  expect(stateRoot("b", user)).toEqual({ path: "/here/b/.wrun", exposed: false, earlier: "/here/b" });
  expect(() => stateRoot("", root)).toThrow("--root");
});

test("what leads upwards is left to the kernel, which knows the symlinks", () => {
  expect(absolutePath("../x", "/here")).toBe("/here/../x");
});
