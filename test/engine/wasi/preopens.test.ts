import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "bun:test";
import { native } from "../../../native/native.ts";
import { openGuestFile, openPreopens } from "../../../engine/wasi/preopens.ts";
import type { Grant } from "../../../oci/grant.ts";
import { bareGrant } from "../../bare-grant.ts";
import { temporaryDirectory } from "../../wrun.ts";
import { directory, file } from "./guest.ts";

const work = temporaryDirectory();

function grant(parts: Partial<Grant>): Grant {
  return { ...bareGrant, ...parts };
}

/** What the module file says, or -errno. */
function read(parts: Partial<Grant>, path: string): string | number {
  const fd = openGuestFile(openPreopens(grant(parts)), path);
  if (fd < 0) return fd;
  const buffer = new Uint8Array(64);
  return new TextDecoder().decode(buffer.subarray(0, native.read(fd, buffer.buffer, 0, 64)));
}

function makeRoot(): string {
  const root = mkdtempSync(join(work, "root-"));
  mkdirSync(join(root, "bin"));
  writeFileSync(join(root, "bin/app"), "module");
  symlinkSync("/bin/app", join(root, "app.wasm"));
  symlinkSync("/etc/passwd", join(root, "outward"));
  return root;
}

const [ENOENT, EACCES] = [2, 13];

test("the module is found as the guest would find it, through links and never outside", () => {
  const preopens = [directory(makeRoot())];
  expect(read({ preopens }, "/app.wasm")).toBe("module");
  expect(read({ preopens }, "/../bin/./app")).toBe("module");
  expect(read({ preopens }, "/outward")).toBe(-ENOENT);
  expect(read({ preopens }, "/missing")).toBe(-ENOENT);
  expect(read({ preopens, hidden: ["/bin"] }, "/app.wasm")).toBe(-ENOENT);
});

test("what is no regular file is no module, and nothing is waited for", () => {
  const root = makeRoot();
  Bun.spawnSync(["mkfifo", join(root, "fifo")]);
  const preopens = [directory(root)];
  expect(read({ preopens }, "/fifo")).toBe(-EACCES);
  expect(read({ preopens }, "/bin")).toBe(-EACCES);
});

test("a module can be bound as a file, or lie in a directory that is no root", () => {
  const root = makeRoot();
  const lone = join(work, "lone.wasm");
  writeFileSync(lone, "lone");
  expect(read({ preopens: [directory(root), file(lone, "/bin/lone")] }, "/bin/lone")).toBe("lone");
  expect(read({ preopens: [directory(join(root, "bin"), "/data/deep")] }, "/data/deep/app")).toBe("module");
  expect(read({ preopens: [directory(join(root, "bin"), "/data/deep")] }, "/data/app")).toBe(-ENOENT);
  expect(read({}, "/app.wasm")).toBe(-ENOENT);
});

test("a bound file is held by its directory: a link to it is followed once, at the start", () => {
  const [root, host] = [makeRoot(), mkdtempSync(join(work, "host-"))];
  mkdirSync(join(host, "real"));
  writeFileSync(join(host, "real/resolv.conf"), "nameserver");
  symlinkSync("real/resolv.conf", join(host, "resolv.conf"));
  const bound = file(join(host, "resolv.conf"), "/bin/resolv.conf");
  expect(read({ preopens: [directory(root), bound] }, "/bin/resolv.conf")).toBe("nameserver");
});

test("preopens keep their order and their names, files are none, and the working directory is first", () => {
  const root = makeRoot();
  const lone = join(work, "lone.wasm");
  writeFileSync(lone, "");
  const preopens = [
    directory(root),
    directory(work, "data"),
    file(lone, "/bin/lone"),
    directory(root, "/srv/x"),
  ];
  const names = (cwd: string): string[] =>
    openPreopens(grant({ preopens, cwd })).directories.map(({ name }) => name);
  expect(names("/")).toEqual(["/", "data", "/srv/x"]);
  expect(names("/bin")).toEqual([".", "/", "data", "/srv/x"]);
});

test("a mount whose path leads through a link of the image stands where the link leads", () => {
  const root = makeRoot();
  const [volume, lone] = [mkdtempSync(join(work, "volume-")), join(work, "token")];
  mkdirSync(join(root, "run/secrets"), { recursive: true });
  mkdirSync(join(root, "var"));
  symlinkSync("../run", join(root, "var/run"));
  symlinkSync("/etc", join(root, "var/etc"));
  writeFileSync(join(root, "run/secrets/old"), "of the image");
  writeFileSync(join(volume, "key"), "of the volume");
  writeFileSync(lone, "token");
  const preopens = [
    directory(root),
    directory(volume, "/var/run/secrets"),
    file(lone, "/var/run/token"),
    directory(volume, "/var/etc/not/there"),
  ];
  for (const path of ["/run/secrets/key", "/var/run/secrets/key"]) {
    expect(read({ preopens }, path)).toBe("of the volume");
    expect(read({ preopens, hidden: ["/var/run/secrets/key"] }, path)).toBe(-ENOENT);
  }
  expect(read({ preopens }, "/run/secrets/old")).toBe(-ENOENT);
  expect([read({ preopens }, "/run/token"), read({ preopens }, "/var/run/token")]).toEqual([
    "token",
    "token",
  ]);
});

test("what cannot be opened is named", () => {
  expect(() => openPreopens(grant({ preopens: [directory("/no/such")] }))).toThrow(
    '"/no/such" cannot be granted: it does not exist',
  );
  expect(() => openPreopens(grant({ preopens: [file("/no/such", "/f")] }))).toThrow(
    '"/no/such" cannot be granted: it does not exist',
  );
  const preopens = [directory(work)];
  expect(() => openPreopens(grant({ preopens, cwd: "/nowhere" }))).toThrow('"/nowhere" cannot be opened');
});
