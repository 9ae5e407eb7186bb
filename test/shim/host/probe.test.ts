import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "bun:test";
import type { Mount } from "../../../oci/runtime-spec.ts";
import { HostProbe } from "../../../shim/host/probe.ts";
import { exchanging, raceRounds, raceTimeoutMs } from "../../exchange.ts";
import { run, temporaryDirectory } from "../../wrun.ts";

const wasm = new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);

/** A bundle with these files (a string is a symlink's target) in its rootfs. */
function bundleOf(files: Readonly<Record<string, Uint8Array | string>>): string {
  const bundle = temporaryDirectory();
  mkdirSync(join(bundle, "rootfs"));
  for (const [path, content] of Object.entries(files)) {
    const file = join(bundle, path);
    mkdirSync(dirname(file), { recursive: true });
    if (typeof content === "string") symlinkSync(content, file);
    else writeFileSync(file, content);
  }
  return bundle;
}

function probeOf(bundle: string, mounts: readonly Mount[] = []): HostProbe {
  return new HostProbe({ bundle, rootfs: join(bundle, "rootfs"), mounts });
}

const isModule = { kind: "file", looks: "module", executable: false, isMount: false } as const;

const isMountedModule = { ...isModule, isMount: true };

test("HostProbe.lookup() tells files by how they begin", () => {
  const text = (content: string): Uint8Array => new TextEncoder().encode(content);
  const bundle = bundleOf({
    "rootfs/app.wasm": wasm,
    "rootfs/app.wat": text(";; hello\n(module)"),
    "rootfs/entry.sh": text("#!/bin/sh\n"),
    "rootfs/empty": text(""),
    "rootfs/notes.txt": text("hello"),
    "rootfs/dir/file": text("x"),
  });
  chmodSync(join(bundle, "rootfs/entry.sh"), 0o755);
  using probe = probeOf(bundle);
  expect(probe.lookup("/app.wasm")).toEqual(isModule);
  expect(probe.lookup("/app.wat")).toEqual({ kind: "file", looks: "wat", executable: false, isMount: false });
  expect(probe.lookup("/entry.sh")).toEqual({
    kind: "file",
    looks: "script",
    executable: true,
    isMount: false,
  });
  expect(probe.lookup("/empty")).toEqual({ kind: "file", looks: "empty", executable: false, isMount: false });
  expect(probe.lookup("/notes.txt")).toEqual({
    kind: "file",
    looks: "unknown",
    executable: false,
    isMount: false,
  });
  expect(probe.lookup("/dir")).toEqual({ kind: "directory" });
  for (const path of ["/nope", "/app.wasm/x", "/dir/nope", "/nul\0", `/${"x".repeat(300)}`])
    expect(probe.lookup(path)).toBeUndefined();
});

test("HostProbe.text() reads regular files of the root file system and its mounts, up to a size", () => {
  const outside = bundleOf({ secret: new TextEncoder().encode("secret"), mounted: wasm.subarray(1, 4) });
  const bundle = bundleOf({
    "rootfs/text": new TextEncoder().encode("text"),
    "rootfs/within": "../../text",
    "rootfs/without": join(outside, "secret"),
    "rootfs/directory/file": wasm,
    "rootfs/large": new Uint8Array(2 ** 20 + 1),
  });
  expect(run(["mkfifo", join(bundle, "rootfs/pipe")]).code).toBe(0);
  using probe = probeOf(bundle, [{ destination: "/m", type: "bind", source: join(outside, "mounted") }]);
  expect(["/text", "/within", "/m"].map((path) => probe.text(path))).toEqual(["text", "text", "asm"]);
  for (const path of ["/without", "/directory", "/large", "/pipe", "/nope"])
    expect(probe.text(path)).toBeUndefined();
});

test("HostProbe.lookup() never hangs on a FIFO", () => {
  const bundle = bundleOf({});
  expect(run(["mkfifo", join(bundle, "rootfs/pipe")]).code).toBe(0);
  using probe = probeOf(bundle);
  expect(probe.lookup("/pipe")).toEqual({ kind: "special" });
});

test("HostProbe.lookup() resolves symlinks inside the root file system only", () => {
  const outside = bundleOf({ secret: wasm });
  const bundle = bundleOf({
    "rootfs/bin/app": wasm,
    "rootfs/absolute": "/bin/app",
    "rootfs/up": "../../../../../../bin/app",
    "rootfs/sub/relative": "../bin/./app",
    "rootfs/usrbin": "bin",
    "rootfs/chain": "usrbin/../absolute",
    "rootfs/escape": join(outside, "secret"),
    "rootfs/climb": `../../../../../../../..${outside}/secret`,
    "rootfs/loop": "loop",
    "rootfs/ping": "pong",
    "rootfs/pong": "ping",
  });
  using probe = probeOf(bundle);
  for (const path of [
    "/absolute",
    "/up",
    "/sub/relative",
    "/usrbin/app",
    "/chain",
    "//bin//./app",
    "/../bin/app",
  ])
    expect(probe.lookup(path)).toEqual(isModule);
  for (const path of ["/escape", "/climb", "/loop", "/ping"]) expect(probe.lookup(path)).toBeUndefined();
});

test("HostProbe.lookup() looks through bind mounts of files and directories", () => {
  const volume = bundleOf({ "sub/app.wasm": wasm, back: "/bin/app" });
  const bundle = bundleOf({ "rootfs/bin/app": wasm, "rootfs/hidden/app": wasm, "local.wasm": wasm });
  using probe = probeOf(bundle, [
    { destination: "/data", type: "bind", source: volume, options: ["rbind"] },
    { destination: "/new/deep/app.wasm", type: "bind", source: "local.wasm", options: ["bind"] },
    { destination: "/hidden", type: "tmpfs", source: "tmpfs" },
  ]);
  expect(probe.lookup("/data/sub/app.wasm")).toEqual(isModule);
  expect(probe.lookup("/new/deep/app.wasm")).toEqual(isMountedModule);
  // A symlink in a volume is followed in the container, not on the host.
  expect(probe.lookup("/data/back")).toEqual(isModule);
  expect(probe.lookup("/data/../bin/app")).toEqual(isModule);
  // What a mount covers is gone.
  expect(probe.lookup("/hidden/app")).toBeUndefined();
});

test("HostProbe.lookup() tells a file that is mounted from those in a volume, and from one that a later mount covers it with", () => {
  const volume = bundleOf({ "app.wasm": wasm });
  const bundle = bundleOf({
    "rootfs/usr/sbin/app.wasm": wasm,
    "rootfs/sbin": "usr/sbin",
    "local.wasm": wasm,
  });
  const file: Mount = {
    destination: "/sbin/app.wasm",
    type: "bind",
    source: "local.wasm",
    options: ["bind"],
  };
  const directory: Mount = { destination: "/sbin", type: "bind", source: volume, options: ["rbind"] };
  for (const [mounts, expected] of [
    [[], isModule],
    [[file], isMountedModule],
    [[directory], isModule],
    [[directory, file], isMountedModule],
    [[file, directory], isModule],
  ] as const) {
    using probe = probeOf(bundle, mounts);
    expect(probe.lookup("/sbin/app.wasm")).toEqual(expected);
    expect(probe.lookup("/usr/sbin/app.wasm")).toEqual(expected);
  }
});

test("HostProbe.resolve() follows the image's symlinks in a mount's destination", () => {
  const bundle = bundleOf({
    "rootfs/run/keep": wasm,
    "rootfs/var/run": "/run",
    "rootfs/etc/x": wasm,
    "rootfs/out": "../../../etc",
  });
  using probe = probeOf(bundle);
  expect(probe.resolve("/var/run/secrets/token")).toBe("/run/secrets/token");
  expect(probe.resolve("/out/x")).toBe("/etc/x");
  expect(probe.resolve("/nowhere/../a/./b/")).toBe("/a/b");
  expect(probe.resolve("/")).toBe("/");
});

test("HostProbe puts a later mount over an earlier one, and beneath it", () => {
  const first = bundleOf({ "app.wasm": wasm });
  const second = bundleOf({ "other.wasm": wasm });
  const bundle = bundleOf({ "rootfs/var/run": "/run" });
  using probe = probeOf(bundle, [
    { destination: "/run", type: "bind", source: first, options: ["bind"] },
    { destination: "/run/in", type: "bind", source: second, options: ["bind"] },
    { destination: "/opt", type: "bind", source: first, options: ["bind"] },
    { destination: "/opt", type: "bind", source: second, options: ["bind"] },
  ]);
  expect(probe.lookup("/var/run/app.wasm")).toEqual(isModule);
  expect(probe.lookup("/var/run/in/other.wasm")).toEqual(isModule);
  expect(probe.lookup("/opt/app.wasm")).toBeUndefined();
  expect(probe.lookup("/opt/other.wasm")).toEqual(isModule);
});

test("HostProbe.source() says what a path of the host is", () => {
  const bundle = bundleOf({ file: wasm, link: "file" });
  using probe = probeOf(bundle);
  expect(probe.source(bundle)).toBe("directory");
  expect(probe.source(join(bundle, "link"))).toBe("file");
  expect(probe.source("/dev/null")).toBe("special");
  expect(probe.source(join(bundle, "nope"))).toBeUndefined();
});

test("HostProbe closes what it has opened", () => {
  const count = (): string => run(["ls", `/proc/${process.pid}/fd`]).stdout;
  const bundle = bundleOf({ "rootfs/a/b/c": wasm });
  const before = count();
  for (let round = 0; round < 20; round++) {
    using probe = probeOf(bundle, [{ destination: "/m", type: "bind", source: bundle, options: ["bind"] }]);
    expect(probe.lookup("/a/b/c")).toEqual(isModule);
  }
  expect(count().split("\n").length).toBeLessThan(before.split("\n").length + 10);
});

test("HostProbe reads nothing of the kernel's own files, wherever a container leads it to them", () => {
  using probe = new HostProbe({ bundle: "/", rootfs: "/", mounts: [] });
  const found = { kind: "file", looks: "unknown", executable: false, isMount: false } as const;
  for (const path of ["/proc/version", "/sys/kernel/notes"]) {
    expect([path, probe.lookup(path)]).toEqual([path, found]);
    expect(probe.text(path)).toBeUndefined();
  }
});

test("HostProbe reads the file that it has looked at, whatever has its name by then", () => {
  const outside = bundleOf({ secret: new TextEncoder().encode("secret") });
  for (const put of [
    (path: string) => symlinkSync(join(outside, "secret"), path),
    (path: string) => writeFileSync(path, "secret"),
    (path: string) => void run(["mkfifo", path]),
  ]) {
    const bundle = bundleOf({ "rootfs/app": wasm });
    using probe = probeOf(bundle, [{ destination: "/m", type: "bind", source: join(bundle, "rootfs/app") }]);
    expect([probe.lookup("/app"), probe.lookup("/m")]).toEqual([isModule, isMountedModule]);
    rmSync(join(bundle, "rootfs/app"));
    put(join(bundle, "rootfs/app"));
    const text = new TextDecoder().decode(wasm);
    expect([probe.text("/app"), probe.text("/m")]).toEqual([text, text]);
    expect([probe.lookup("/app"), probe.lookup("/m")]).toEqual([isModule, isMountedModule]);
  }
});

test(
  "HostProbe never reads a host's file while a container exchanges its own with a symlink to it",
  async () => {
    const outside = bundleOf({ secret: new TextEncoder().encode("#!/secret") });
    const bundle = bundleOf({ "rootfs/app": wasm, "rootfs/link": join(outside, "secret") });
    await using race = await exchanging(join(bundle, "rootfs/app"), join(bundle, "rootfs/link"));
    void race;
    for (let round = 0; round < raceRounds; round++) {
      using probe = probeOf(bundle);
      const found = probe.lookup("/app") ?? isModule;
      const text = probe.text("/app") ?? "";
      if (found.kind !== "file" || found.looks !== "module" || text.includes("secret"))
        throw new Error(`round ${round}: ${JSON.stringify([found, text])}`);
    }
  },
  raceTimeoutMs,
);
