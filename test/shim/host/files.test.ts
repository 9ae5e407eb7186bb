import {
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { expect, test } from "bun:test";
import { atFdcwd, native } from "../../../native/native.ts";
import { linuxFiles as files } from "../../../shim/host/files.ts";
import { open } from "../../../shim/host/open-flags.ts";
import { until } from "../../until.ts";
import { run, temporaryDirectory } from "../../wrun.ts";

const place = temporaryDirectory();
let count = 0;

function fresh(): string {
  const path = `${place}/${count++}`;
  mkdirSync(path);
  return path;
}

test("makeDirectory() makes it for us alone, and says where something stood", () => {
  const path = `${fresh()}/a`;
  expect(files.makeDirectory(path)).toBe(true);
  expect(statSync(path).mode & 0o777).toBe(0o700);
  expect(files.makeDirectory(path)).toBe(false);
  expect(() => files.makeDirectory(`${path}/b/c`)).toThrow(
    `cannot create ${path}/b/c: No such file or directory`,
  );
});

test("writeText() replaces a file as a whole and leaves no other behind", () => {
  const path = `${fresh()}/f`;
  files.writeText(path, "one", 0o600);
  linkSync(path, `${path}.old`);
  files.writeText(path, "two", 0o600);
  expect([readFileSync(path, "utf8"), readFileSync(`${path}.old`, "utf8")]).toEqual(["two", "one"]);
  expect(readdirSync(path.slice(0, -2)).toSorted()).toEqual(["f", "f.old"]);
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test("writeText() does not follow a symlink, and fails cleanly where it cannot write", () => {
  const path = fresh();
  writeFileSync(`${path}/target`, "kept");
  symlinkSync("target", `${path}/link`);
  files.writeText(`${path}/link`, "new", 0o644);
  expect(readFileSync(`${path}/target`, "utf8")).toBe("kept");
  mkdirSync(`${path}/directory`);
  expect(() => files.writeText(`${path}/directory`, "x", 0o644)).toThrow("Is a directory");
  expect(() => files.writeText(`${path}/no/such`, "x", 0o644)).toThrow("No such file or directory");
  expect(readdirSync(path).toSorted()).toEqual(["directory", "link", "target"]);
});

test("readText() reads long files whole and knows what is missing", () => {
  const path = `${fresh()}/f`;
  expect(files.readText(path)).toBeUndefined();
  const text = "ä".repeat(100_000);
  writeFileSync(path, text);
  expect(files.readText(path)).toBe(text);
  expect(() => files.readText(place)).toThrow("Is a directory");
});

test("readText() follows no symlink and reads no device, and no FIFO holds it up", () => {
  const path = fresh();
  writeFileSync(`${path}/target`, "target");
  symlinkSync("target", `${path}/link`);
  files.makeFifo(`${path}/fifo`);
  expect(() => files.readText(`${path}/link`)).toThrow(`cannot read ${path}/link: it is a symbolic link`);
  expect(files.readText(`${path}/link`, { followLink: true })).toBe("target");
  expect(() => files.readText("/dev/zero")).toThrow("it is a device, not a regular file");
  // Another process may block without an end.
  const module = new URL("../../../shim/host/files.ts", import.meta.url).pathname;
  const script = `import { linuxFiles } from ${JSON.stringify(module)};
    try { linuxFiles.readText("${path}/fifo"); } catch (error) { console.log(error.message); }`;
  expect(run([process.execPath, "-e", script]).stdout).toBe(
    `cannot read ${path}/fifo: it is a FIFO, not a regular file\n`,
  );
});

test("entries() lists long directories whole, and nothing where there is none", () => {
  const path = fresh();
  expect(files.entries(path)).toEqual([]);
  expect(files.entries(`${path}/none`)).toEqual([]);
  const names = Array.from({ length: 3000 }, (_, index) => `a-name-that-is-rather-long-${index}`);
  for (const name of names) writeFileSync(`${path}/${name}`, "");
  expect(files.entries(path).toSorted()).toEqual(names.toSorted());
});

test("isPrivate() wants a directory that only its owner can write to", () => {
  const path = fresh();
  mkdirSync(`${path}/own`, { mode: 0o755 });
  mkdirSync(`${path}/shared`);
  Bun.spawnSync(["chmod", "0775", `${path}/shared`]);
  symlinkSync("own", `${path}/link`);
  writeFileSync(`${path}/file`, "");
  const found = ["own", "shared", "link", "file", "none"].map((name) => files.isPrivate(`${path}/${name}`));
  expect(found).toEqual([true, false, false, false, false]);
});

test("removeTree() empties trees of any depth and shape, and follows no symlink", () => {
  const path = fresh();
  const outside = fresh();
  writeFileSync(`${outside}/kept`, "");
  mkdirSync(`${path}/t/a/b`, { recursive: true });
  symlinkSync(outside, `${path}/t/a/link`);
  symlinkSync("/nowhere", `${path}/t/dangling`);
  writeFileSync(`${path}/t/a/b/file`, "");
  files.makeFifo(`${path}/t/fifo`);
  nest(`${path}/t`, 100);
  files.removeTree(`${path}/t`);
  expect([readdirSync(path), readdirSync(outside)]).toEqual([[], ["kept"]]);
  files.removeTree(`${path}/t`);
});

// Deeper than any path can name: PATH_MAX is 4096.
function nest(path: string, depth: number): void {
  const name = "d".repeat(200);
  let fd = native.openat(atFdcwd, path, open.directory, 0);
  for (let level = 0; level < depth; level++) {
    expect(native.mkdirat(fd, name, 0o700)).toBe(0);
    const inner = native.openat(fd, name, open.directory, 0);
    native.close(fd);
    fd = inner;
  }
  native.close(fd);
}

test("removeTree() does not take a symlink for the tree", () => {
  const path = fresh();
  mkdirSync(`${path}/real`);
  symlinkSync("real", `${path}/link`);
  expect(() => files.removeTree(`${path}/link`)).toThrow("cannot remove");
  expect(existsSync(`${path}/real`)).toBe(true);
});

test("lock() gives a directory to one at a time, and not one that was removed meanwhile", async () => {
  const path = `${fresh()}/d`;
  expect(files.lock(path)).toBeUndefined();
  mkdirSync(path);
  const held = files.lock(path);
  const module = new URL("../../../shim/host/files.ts", import.meta.url).pathname;
  const script = `import { linuxFiles } from ${JSON.stringify(module)};
    console.log("ready"); console.log(linuxFiles.lock(${JSON.stringify(path)}) === undefined ? "gone" : "got");`;
  const other = Bun.spawn([process.execPath, "-e", script], { stdout: "pipe" });
  const output = other.stdout.getReader();
  expect(await next(output)).toBe("ready\n");
  await waiting(other.pid);
  files.removeTree(path);
  mkdirSync(path);
  held?.[Symbol.dispose]();
  expect(await next(output)).toBe("gone\n");
  await other.exited;
});

// proc_locks(5): who waits for a lock stands behind an arrow.
async function waiting(pid: number): Promise<void> {
  const line = new RegExp(`-> FLOCK .* ${pid} `);
  const locks = (): string => readFileSync("/proc/locks", "utf8");
  await until("the lock is waited for", () => line.test(locks()), locks);
}

async function next(reader: { read(): Promise<{ value?: Uint8Array | undefined }> }): Promise<string> {
  return new TextDecoder().decode((await reader.read()).value);
}
