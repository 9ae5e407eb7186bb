import { existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, symlinkSync } from "node:fs";
import { expect, test } from "bun:test";
import { native } from "../../../native/native.ts";
import { bundleOfShadow, writeShadowBundle } from "../../../shim/kernel/shadow-bundle.ts";
import { temporaryDirectory } from "../../wrun.ts";

const spec = {
  ociVersion: "1.0.2",
  root: { path: "./rootfs/", readonly: true },
  mounts: [
    { destination: "/data", type: "bind", source: "data" },
    { destination: "/more", source: "../more", options: ["rbind"] },
    { destination: "/host", type: "bind", source: "/srv" },
    { destination: "/proc", type: "proc", source: "proc" },
  ],
};

function place(): { readonly bundle: string; readonly state: string } {
  const folder = temporaryDirectory();
  mkdirSync(`${folder}/bundle`);
  mkdirSync(`${folder}/state`);
  return { bundle: `${folder}/bundle`, state: `${folder}/state` };
}

function write({ bundle, state }: ReturnType<typeof place>, id: string): string {
  const { path, fd } = writeShadowBundle(spec, { id, bundle, state: `${state}/${id}` });
  native.close(fd);
  return path;
}

test("writeShadowBundle() names root and bind mounts by the paths that they have from the bundle", () => {
  const { bundle, state } = place();
  symlinkSync(bundle, `${bundle}-link`);
  const path = write({ bundle: `${bundle}-link`, state }, "a");
  expect(path).toBe(`${bundle}/.wrun/a`);
  expect(JSON.parse(readFileSync(`${path}/config.json`, "utf8"))).toEqual({
    ...spec,
    root: { path: `${bundle}/rootfs`, readonly: true },
    mounts: [
      { destination: "/data", type: "bind", source: `${bundle}/data` },
      { destination: "/more", source: `${bundle.slice(0, -"/bundle".length)}/more`, options: ["rbind"] },
      ...spec.mounts.slice(2),
    ],
  });
});

test("writeShadowBundle() removes those of containers that are no more, and leaves those that are, or are being made", () => {
  const at = place();
  mkdirSync(`${at.state}/lives`);
  for (const id of ["lives", "exited"]) write(at, id);
  const { fd } = writeShadowBundle(spec, { id: "made", bundle: at.bundle, state: `${at.state}/made` });
  write(at, "next");
  expect(readdirSync(`${at.bundle}/.wrun`).toSorted()).toEqual(["lives", "made", "next"]);
  expect(readlinkSync(`${at.bundle}/.wrun/lives/state`)).toBe(`${at.state}/lives`);
  native.close(fd);
  write(at, "last");
  expect(readdirSync(`${at.bundle}/.wrun`).toSorted()).toEqual(["last", "lives"]);
});

test("writeShadowBundle() follows no link, and takes no name for a path", () => {
  const { bundle, state } = place();
  const outside = temporaryDirectory();
  mkdirSync(`${bundle}/.wrun`);
  symlinkSync(outside, `${bundle}/.wrun/a`);
  expect(() => write({ bundle, state }, "a")).toThrow(
    "/.wrun/a is not a directory that this user alone can write to",
  );
  for (const id of ["../b", "..", "", "b/c"])
    expect(() => write({ bundle, state }, id)).toThrow("invalid container id");
  expect(readdirSync(outside)).toEqual([]);
  expect(existsSync(`${bundle}/b`)).toBe(false);
});

test("bundleOfShadow() finds the bundle, and leaves other paths alone", () => {
  expect(bundleOfShadow("/b/.wrun/id")).toBe("/b");
  for (const path of ["/b", "/b/.wrun", "/b/.wrun/id/more", "/.wrun/id"])
    expect(bundleOfShadow(path)).toBe(path);
});
