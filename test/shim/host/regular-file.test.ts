import { chownSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { expect, test } from "bun:test";
import { native } from "../../../native/native.ts";
import { linuxFiles } from "../../../shim/host/files.ts";
import { openRegularFile, readRegularFile } from "../../../shim/host/regular-file.ts";
import { exchanging, raceRounds, raceTimeoutMs } from "../../exchange.ts";
import { run, temporaryDirectory } from "../../wrun.ts";

const folder = temporaryDirectory();
const isRoot = process.getuid?.() === 0;

function file(name: string, text = "text"): string {
  writeFileSync(`${folder}/${name}`, text);
  return `${folder}/${name}`;
}

test("readRegularFile() reads files of the disk and of proc(5), and knows what is missing", () => {
  expect(readRegularFile(file("plain"))).toEqual(new TextEncoder().encode("text"));
  expect(readRegularFile(file("empty", ""))).toEqual(new Uint8Array());
  expect(linuxFiles.readText("/proc/self/stat")).toStartWith(`${process.pid} (`);
  expect(readRegularFile(`${folder}/none`)).toBeUndefined();
  expect(() => readRegularFile(`${folder}/plain/none`)).toThrow("Not a directory");
  expect(() => readRegularFile(folder)).toThrow(`cannot read ${folder}: Is a directory`);
});

test("readRegularFile() neither waits for a FIFO, nor reads a device, nor follows a symlink", () => {
  const [fifo, link, socket] = [`${folder}/fifo`, `${folder}/link`, `${folder}/socket`];
  expect(run(["mkfifo", fifo]).code).toBe(0);
  symlinkSync(file("target"), link);
  native.close(native.listen(1, socket, 0, 1));
  const messageOf = (path: string, followLink = false): string => {
    try {
      readRegularFile(path, { followLink });
      return "read";
    } catch (error) {
      return String(error);
    }
  };
  expect(messageOf(fifo)).toBe(`WrunError: cannot read ${fifo}: it is a FIFO, not a regular file`);
  expect(messageOf("/dev/zero")).toBe("WrunError: cannot read /dev/zero: it is a device, not a regular file");
  expect(messageOf(socket)).toContain(`cannot read ${socket}: it is a socket`);
  expect(messageOf(link)).toBe(`WrunError: cannot read ${link}: it is a symbolic link`);
  expect(messageOf(link, true)).toBe("read");
  symlinkSync(fifo, `${folder}/to-fifo`);
  symlinkSync("loop", `${folder}/loop`);
  expect(messageOf(`${folder}/to-fifo`, true)).toContain("it is a FIFO");
  expect(messageOf(`${folder}/loop`, true)).toContain("Too many levels of symbolic links");
  expect(messageOf(`${folder}/loop/x`)).toContain("Too many levels of symbolic links");
});

test("readRegularFile() reads no more than it may, and the error names the file and the limit", () => {
  const path = file("sized", "12345");
  expect(readRegularFile(path, { maxBytes: 5 })?.length).toBe(5);
  expect(() => readRegularFile(path, { maxBytes: 4 })).toThrow(`cannot read ${path}: it is over 4 bytes`);
  truncateSync(path, 2 ** 40);
  expect(() => readRegularFile(path, { maxBytes: 64 * 1024 })).toThrow("it is over 64 KiB");
  expect(() => linuxFiles.readText(path)).toThrow(`cannot read ${path}: it is over 16 MiB`);
});

test.skipIf(!isRoot)(
  "readRegularFile() reads a file of another user's only where it may be anybody's",
  () => {
    const path = file("owned");
    expect(readRegularFile(path, { ours: true })?.length).toBe(4);
    chownSync(path, 4321, 4321);
    expect(readRegularFile(path)?.length).toBe(4);
    expect(() => readRegularFile(path, { ours: true })).toThrow(
      `cannot read ${path}: it belongs to user 4321, not to user 0`,
    );
  },
);

test("what is refused is closed again", () => {
  mkdirSync(`${folder}/directory`);
  for (const name of ["directory", "fifo", "sized"])
    expect(() => readRegularFile(`${folder}/${name}`, { maxBytes: 1 })).toThrow();
  expect(openHere()).toEqual([]);
  const fd = openRegularFile(file("opened")) ?? -1;
  expect(openHere()).toEqual([`${folder}/opened`]);
  native.close(fd);
});

// What of this folder is open.
function openHere(): string[] {
  const targets = run(["find", `/proc/${process.pid}/fd`, "-printf", "%l\\n"]).stdout.split("\n");
  return targets.filter((target) => target.startsWith(folder));
}

test(
  "readRegularFile() reads no file of the host while its own is exchanged with a symlink to it, or a FIFO",
  async () => {
    const own = file("own", "own");
    symlinkSync(file("host", "host"), `${folder}/to-host`);
    run(["mkfifo", `${folder}/pipe`]);
    for (const other of [`${folder}/to-host`, `${folder}/pipe`]) {
      await using race = await exchanging(own, other);
      void race;
      for (let round = 0; round < raceRounds; round++) {
        const bytes = tried(() => readRegularFile(own));
        const text = bytes === undefined ? "own" : new TextDecoder().decode(bytes);
        if (text !== "own") throw new Error(`round ${round}: ${text}`);
      }
    }
  },
  raceTimeoutMs,
);

function tried<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    expect(String(error)).toMatch(/a symbolic link$|a FIFO, not a regular file$|levels of symbolic links$/);
    return undefined;
  }
}
