import { describe, expect, test } from "bun:test";
import { entryPath } from "../../../oci/image/entry-path.ts";
import { parseImageConfig } from "../../../oci/image/image-config.ts";
import { imageSpec } from "../../../oci/image/image-process.ts";
import { isFileLayer } from "../../../oci/image/media-types.ts";
import { parsePlatform, platformEntry, platformText } from "../../../oci/image/platform.ts";
import { parseReference } from "../../../oci/image/reference.ts";
import { starterSpec } from "../../../oci/starter-spec.ts";

describe("entryPath()", () => {
  test.each([
    ["./", { kind: "root" }],
    ["a", { kind: "file", parent: "", name: "a" }],
    ["./a//b/./c/", { kind: "file", parent: "a/b", name: "c" }],
    ["a/.wh.b", { kind: "whiteout", parent: "a", name: "b" }],
    [".wh.b", { kind: "whiteout", parent: "", name: "b" }],
    ["a/.wh..wh..opq", { kind: "opaque", parent: "a" }],
    [".wh..wh.aufs", { kind: "nothing" }],
    ["a/..b", { kind: "file", parent: "a", name: "..b" }],
  ])("reads %j", (text, expected) => {
    expect(entryPath(text)).toEqual(expected as ReturnType<typeof entryPath>);
  });

  test.each(["..", "a/..", "../a", "/a", "a\0b", "a\ufffd", ".wh.a/b", "a/".repeat(2100)])(
    "refuses %j",
    (text) => {
      expect(() => entryPath(text)).toThrow("cannot read the image: its file ");
    },
  );
});

describe("parsePlatform()", () => {
  test.each(["wasi/wasm", "linux/amd64", "linux/arm64/v8"])("reads %s", (text) => {
    expect(platformText({ platform: parsePlatform(text) })).toBe(text);
  });

  test.each(["linux", "linux/", "/amd64", "linux/arm/v7/x", "linux/AMD 64", "linux/\x1b"])(
    "refuses %j",
    (text) => {
      expect(() => parsePlatform(text)).toThrow("--platform: ");
    },
  );
});

test("platformEntry() asks for a variant only where both name one", () => {
  const entries = [
    { platform: { os: "linux", architecture: "arm", variant: "v6" } },
    { platform: { os: "linux", architecture: "arm64" } },
  ];
  expect(platformEntry(entries, parsePlatform("linux/arm"))).toBe(entries[0]);
  expect(platformEntry(entries, parsePlatform("linux/arm/v7"))).toBeUndefined();
  expect(platformEntry(entries, parsePlatform("linux/arm64/v8"))).toBe(entries[1]);
});

describe("parseReference()", () => {
  test.each([
    ["app", "app:latest", "docker.io/library/app:latest"],
    ["app:1", "app:1", "docker.io/library/app:1"],
    ["team/app:1", "team/app:1", "docker.io/team/app:1"],
    ["localhost/app:1", "localhost/app:1", "localhost/app:1"],
    [
      "registry.example:5000/team/app",
      "registry.example:5000/team/app:latest",
      "registry.example:5000/team/app:latest",
    ],
  ])("reads %s", (text, short, full) => {
    expect(parseReference(text)).toEqual({ short, full });
  });

  test.each(["", "App", "a b", "a:", "-a", "a//b", "a@sha256:0", "a\n", "a".repeat(300)])(
    "refuses %j",
    (text) => {
      expect(() => parseReference(text)).toThrow("is no name of an image");
    },
  );
});

test("isFileLayer() knows OCI's and Docker's layers, compressed or not", () => {
  for (const type of [
    "oci.image.layer.v1.tar",
    "oci.image.layer.v1.tar+gzip",
    "oci.image.layer.v1.tar+zstd",
    "oci.image.layer.nondistributable.v1.tar+gzip",
    "docker.image.rootfs.diff.tar.gzip",
    "docker.image.rootfs.foreign.diff.tar.gzip",
  ])
    expect(isFileLayer(`application/vnd.${type}`)).toBe(true);
  for (const type of [
    "application/wasm",
    "application/vnd.oci.image.layer.v1.tar+gzip+encrypted",
    "text/plain",
  ])
    expect(isFileLayer(type)).toBe(false);
});

describe("parseImageConfig()", () => {
  test("takes null for absent, as Go writes it", () => {
    expect(
      parseImageConfig({
        os: "linux",
        config: { Entrypoint: null, Env: null, Labels: null, User: "" },
        rootfs: null,
      }),
    ).toMatchObject({
      os: "linux",
      entrypoint: [],
      env: [],
      labels: {},
      user: undefined,
      diffIds: [],
    });
  });

  test.each([
    [[], "its config is no JSON object"],
    [{ config: 1 }, "config is no JSON object"],
    [{ config: { Env: [1] } }, "Env of its config is not a list of strings"],
    [{ config: { Entrypoint: "/app" } }, "Entrypoint of its config is not a list of strings"],
    [{ config: { Labels: { a: 1 } } }, 'the label "a" of its config is not a string'],
    [{ config: { WorkingDir: 5 } }, "WorkingDir of its config is not a string"],
  ])("refuses %j", (value, problem) => {
    expect(() => parseImageConfig(value)).toThrow(problem);
  });
});

describe("imageSpec()", () => {
  const start = starterSpec({ uid: 1000, gid: 1000 });
  const config = (fields: object): ReturnType<typeof parseImageConfig> =>
    parseImageConfig({ config: fields });

  test("gives the image's own command, variables and directory", () => {
    const image = config({
      Entrypoint: ["/app.wasm"],
      Cmd: ["-v"],
      Env: ["A=1"],
      WorkingDir: "/data",
      User: "65534",
    });
    expect(imageSpec(image, { start, args: [], env: ["B=2"] }).process).toEqual({
      ...start.process,
      args: ["/app.wasm", "-v"],
      env: ["PATH=/usr/local/bin:/usr/bin:/bin", "A=1", "B=2"],
      cwd: "/data",
    });
  });

  test("puts the caller's arguments in the place of the image's command", () => {
    const image = config({ Entrypoint: ["/app.wasm"], Cmd: ["-v"] });
    expect(imageSpec(image, { start, args: ["x"], env: [] }).process?.args).toEqual(["/app.wasm", "x"]);
  });

  test("refuses an image that says nothing of what to run", () => {
    expect(() => imageSpec(config({}), { start, args: [], env: [] })).toThrow(
      "neither an entrypoint nor a command",
    );
  });
});
