import { expect, test } from "bun:test";
import { readShimFlags } from "../../../shim/task/shim-flags.ts";

const words = (text: string): string[] => text.split(" ");

test("readShimFlags() reads what containerd gives to start", () => {
  const flags = readShimFlags(
    words(
      "-namespace k8s.io -address /run/containerd/containerd.sock -publish-binary /usr/bin/containerd -id abc -bundle /run/b -debug start",
    ),
  );
  expect(flags).toEqual({
    namespace: "k8s.io",
    id: "abc",
    address: "/run/containerd/containerd.sock",
    bundle: "/run/b",
    publishBinary: "/usr/bin/containerd",
    debug: true,
    version: false,
    info: false,
    verb: "start",
  });
});

test("readShimFlags() takes one dash or two, and values behind = or in the next word, as Go's package flag does", () => {
  for (const text of ["-id a", "--id a", "-id=a", "--id=a"])
    expect(readShimFlags([...words(text), "delete"])).toMatchObject({ id: "a", verb: "delete" });
  expect(readShimFlags(["-id="]).id).toBe("");
  expect(readShimFlags(["-id=a=b"]).id).toBe("a=b");
  expect(readShimFlags(["-id", "-debug"]).id).toBe("-debug");
  expect(readShimFlags(["-id", "a", "-id", "b"]).id).toBe("b");
  expect(readShimFlags(["-id"]).id).toBe("");
  expect(readShimFlags(["-id=a\nb"]).id).toBe("a\nb");
});

test("readShimFlags() ends the flags at the first other word, and at --", () => {
  expect(readShimFlags(words("start -id a"))).toMatchObject({ verb: "start", id: "" });
  expect(readShimFlags(words("-id a -- start"))).toMatchObject({ verb: "start", id: "a" });
  expect(readShimFlags(["-"])).toMatchObject({ verb: "-" });
  expect(readShimFlags([])).toMatchObject({ verb: "", version: false, info: false });
});

test("readShimFlags() reads switches as Go reads truths", () => {
  for (const on of ["-debug", "-debug=1", "-debug=t", "-debug=TRUE", "--debug=true"])
    expect(readShimFlags([on]).debug).toBe(true);
  for (const off of ["-debug=false", "-debug=0", "-debug=no", "-debug="])
    expect(readShimFlags([off]).debug).toBe(false);
  expect(readShimFlags(["-v"]).version).toBe(true);
  expect(readShimFlags(["-version"]).version).toBe(true);
  expect(readShimFlags(["-info"]).info).toBe(true);
});

test("readShimFlags() refuses a flag that it does not know", () => {
  expect(() => readShimFlags(["-what", "start"])).toThrow("unknown flag -what");
  expect(() => readShimFlags(["---id", "a"])).toThrow("unknown flag --id");
  expect(() => readShimFlags(["-=a"])).toThrow("unknown flag");
});
