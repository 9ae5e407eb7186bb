import { afterEach, expect, jest, test } from "bun:test";
import {
  fstatSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { native } from "../../../../native/native.ts";
import { closeWatched, ready, whenReady } from "../../../../shim/host/readiness.ts";
import { type Input, openInput, openTerminalInput } from "../../../../shim/task/stdio/input.ts";
import { openOutputs } from "../../../../shim/task/stdio/names.ts";
import { pathOutput } from "../../../../shim/task/stdio/output.ts";
import { bufferOf, failed, textOf } from "../../../native/scratch.ts";
import { exchanging, raceRounds, raceTimeoutMs } from "../../../exchange.ts";
import { run, temporaryDirectory } from "../../../wrun.ts";

const folder = temporaryDirectory();
const nonBlocking = 0o4000;
const epipe = -32;
let count = 0;

function fifo(): string {
  const path = `${folder}/fifo-${++count}`;
  native.mkfifoat(-100, path, 0o600);
  return path;
}

// Descriptors of Bun's own come and go.
const descriptorsOf = (path: string): number =>
  readdirSync("/proc/self/fd").filter((fd) => linkOf(`/proc/self/fd/${fd}`) === path).length;

function linkOf(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

const openFiles = (): number => readdirSync("/proc/self/fd").length;

function read(fd: number): string | number {
  const buffer = new ArrayBuffer(64);
  const got = native.read(fd, buffer, 0, 64);
  return got < 0 ? got : textOf(buffer, 0, got);
}

function write(fd: number, text: string): number {
  return native.write(fd, bufferOf(text), 0, text.length);
}

test("what is written to a FIFO that nobody reads yet waits there for who reads it later, with its end", () => {
  const path = fifo();
  const output = pathOutput(path);
  expect(native.getFlags(output.fd) & nonBlocking).toBe(0);
  write(output.fd, "hello");
  output.handOver();
  const reader = native.openat(-100, path, nonBlocking, 0);
  expect(read(reader)).toBe("hello");
  expect(read(reader)).toBe("");
  native.close(reader);
  output.close();
});

test("a reader that comes again finds the end once letReadersIn() was called, and closes nothing twice", () => {
  const path = fifo();
  const output = pathOutput(path);
  output.handOver();
  const before = openFiles();
  const reader = native.openat(-100, path, nonBlocking, 0);
  for (let turn = 0; turn < 5; turn++) output.letReadersIn();
  // One door, however often containerd comes back: nobody could fill our table of descriptors by coming.
  expect(openFiles()).toBe(before + 2);
  expect(read(reader)).toBe(failed.again);
  output.close();
  expect(read(reader)).toBe("");
  expect(openFiles()).toBe(before);
  native.close(reader);
});

afterEach(() => jest.useRealTimers());

/** Lets all go on that needs no time. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
}

test("heard() waits for a reader that came again and has more to read, and for nobody else", async () => {
  const path = fifo();
  const output = pathOutput(path);
  native.write(output.fd, bufferOf("last words"), 0, 10);
  output.handOver();
  await output.heard();
  const reader = native.openat(-100, path, nonBlocking, 0);
  output.letReadersIn();
  let isHeard = false;
  jest.useFakeTimers();
  const heard = output.heard().then(() => (isHeard = true));
  for (let look = 0; look < 10; look++) {
    jest.advanceTimersByTime(2);
    await settled();
  }
  expect(isHeard).toBe(false);
  expect(read(reader)).toBe("last words");
  jest.advanceTimersByTime(2);
  jest.useRealTimers();
  await heard;
  native.write(native.openat(-100, path, 1 | nonBlocking, 0), bufferOf("more"), 0, 4);
  // This one reads no more: it is not waited for for ever.
  await output.heard();
  output.close();
  native.close(reader);
});

test("letReadersIn() takes a FIFO that has vanished, or that another one has taken the name of, for nobody", () => {
  const path = fifo();
  const output = pathOutput(path);
  rmSync(path);
  output.letReadersIn();
  // Nobody reads this one: to open it for writing would wait for ever.
  renameSync(fifo(), path);
  output.letReadersIn();
  writeFileSync(`${folder}/file`, "");
  renameSync(`${folder}/file`, path);
  output.letReadersIn();
  output.close();
});

test("a FIFO is full when nobody reads, and whoever writes is told: nothing is kept in memory", () => {
  const output = pathOutput(fifo());
  native.setFlags(output.fd, 1 | nonBlocking);
  const page = new ArrayBuffer(4096);
  let wrote = 0;
  for (let got = 0; got >= 0; got = native.write(output.fd, page, 0, 4096)) wrote += got;
  expect(wrote).toBe(64 * 1024);
  output.close();
});

/** An input that its process has: `fd` is what the process reads. */
function given(path: string): { readonly input: Input; readonly fd: number } {
  const input = openInput(path);
  const fd = native.dup(input.fd, 3);
  native.setFlags(fd, nonBlocking);
  input.handOver();
  return { input, fd };
}

function writeAndClose(path: string, text: string): void {
  const writer = native.openat(-100, path, 1 | nonBlocking, 0);
  write(writer, text);
  native.close(writer);
}

/** What the process reads next: some text, or "" at the end. */
async function readNext(fd: number): Promise<string | number> {
  await whenReady(fd, ready.read);
  return read(fd);
}

const pollHangup = 0x10;

/** Whether the process would be at the end behind what is there; all that is to be copied has been copied. */
function hasEnd(fd: number): boolean {
  const polled = Int32Array.of(fd, 0, 0);
  native.poll(polled, 1, 0n);
  return ((polled[2] ?? 0) & pollHangup) !== 0;
}

test("an input whose process has started ends by end() alone, however many have written and closed", async () => {
  const path = fifo();
  const { input, fd } = given(path);
  input.start();
  for (const text of ["one", "two"]) {
    writeAndClose(path, text);
    expect(await readNext(fd)).toBe(text);
    expect(hasEnd(fd)).toBe(false);
  }
  input.end();
  input.end();
  expect(await readNext(fd)).toBe("");
  input.close();
  closeWatched(fd);
});

test("an input that all writers have closed before the start ends behind what they wrote, with or without end()", async () => {
  for (const isEnded of [false, true]) {
    const path = fifo();
    const { input, fd } = given(path);
    for (const text of ["one ", "two"]) writeAndClose(path, text);
    if (isEnded) input.end();
    input.start();
    expect(await readNext(fd)).toBe("one two");
    expect(await readNext(fd)).toBe("");
    input.close();
    closeWatched(fd);
  }
});

test("an input that a writer still has open at the start stays open when that one closes", async () => {
  const path = fifo();
  const { input, fd } = given(path);
  writeAndClose(path, "one");
  const writer = native.openat(-100, path, 1, 0);
  input.start();
  native.close(writer);
  expect(await readNext(fd)).toBe("one");
  writeAndClose(path, "two");
  expect(await readNext(fd)).toBe("two");
  input.close();
  closeWatched(fd);
});

test("an input that was ended before the start is open as long as its writer", async () => {
  const path = fifo();
  const { input, fd } = given(path);
  const writer = native.openat(-100, path, 1, 0);
  input.end();
  input.start();
  write(writer, "still here");
  expect(await readNext(fd)).toBe("still here");
  native.close(writer);
  expect(await readNext(fd)).toBe("");
  input.close();
  closeWatched(fd);
});

test("an input that was ended before anybody has written is at its end", async () => {
  const { input, fd } = given(fifo());
  input.end();
  input.start();
  expect(await readNext(fd)).toBe("");
  input.close();
  closeWatched(fd);
});

test("an input that has ended can be opened anew, as /dev/stdin is, and nobody waits", async () => {
  const path = fifo();
  const { input, fd } = given(path);
  writeAndClose(path, "hello");
  input.start();
  await whenReady(fd, ready.read);
  const anew = native.openat(-100, `/proc/self/fd/${fd}`, 0, 0);
  expect(read(anew)).toBe("hello");
  expect(await readNext(fd)).toBe("");
  expect(read(anew)).toBe("");
  native.close(anew);
  input.close();
  closeWatched(fd);
});

test("an input whose process reads no more is closed for its writers", async () => {
  const path = fifo();
  const { input, fd } = given(path);
  const writer = native.openat(-100, path, 1 | nonBlocking, 0);
  input.start();
  native.close(fd);
  write(writer, "for nobody");
  expect((await whenReady(writer, ready.error)) & ready.error).toBe(ready.error);
  expect(write(writer, "x")).toBe(epipe);
  closeWatched(writer);
  input.close();
});

test("what is typed has no end before end(), though its writer closes", () => {
  const path = fifo();
  const typed = openTerminalInput(path);
  writeAndClose(path, "typed");
  expect(read(typed.fd)).toBe("typed");
  expect(read(typed.fd)).toBe(failed.again);
  typed.end();
  expect(read(typed.fd)).toBe("");
  typed.close();
});

test("an input keeps no descriptor once it has been closed, and touches none that is another file's by then", () => {
  const before = openFiles();
  const steps = [
    (input: Input) => input.close(),
    (input: Input) => [input.handOver(), input.start(), input.close()],
    (input: Input) => [input.start(), input.handOver(), input.start(), input.end(), input.close()],
    (input: Input) => [input.close(), input.start(), input.end(), input.handOver()],
  ];
  for (const step of steps) {
    step(openInput(fifo()));
    expect(openFiles()).toBe(before);
  }
});

test("files that are there are written at their end, and read; others are refused, and none is made", () => {
  const path = `${folder}/there`;
  writeFileSync(path, "before ");
  const output = pathOutput(path);
  write(output.fd, "after");
  output.close();
  expect(readFileSync(path, "utf8")).toBe("before after");
  const input = openInput(path);
  expect(read(input.fd)).toBe("before after");
  input.close();
  for (const open of [pathOutput, openInput])
    expect(() => open(`${folder}/none`)).toThrow(/none: No such file or directory$/);
  expect(readdirSync(folder)).not.toContain("none");
});

test.skipIf(process.getuid?.() !== 0)("FIFOs are given to the owner that is asked for; files stay", () => {
  const owner = { uid: 4_000_000_000, gid: 7 };
  const [out, into, file] = [fifo(), fifo(), `${folder}/owned`];
  writeFileSync(file, "");
  const streams = [pathOutput(out, owner), openInput(into, owner), pathOutput(file, owner)];
  const read = fstatSync(streams[1]?.fd ?? -1);
  for (const stream of streams) stream.close();
  expect([statSync(out), read, statSync(into), statSync(file)].map(({ uid, gid }) => [uid, gid])).toEqual([
    [owner.uid, owner.gid],
    // The process reads a pipe.
    [owner.uid, owner.gid],
    [process.getuid?.() ?? 0, statSync(folder).gid],
    [process.getuid?.() ?? 0, statSync(folder).gid],
  ]);
});

test("the ends of a FIFO are of one and the same, and what has its name by then is not opened", () => {
  const path = fifo();
  const output = pathOutput(path);
  rmSync(path);
  symlinkSync("/dev/null", path);
  output.handOver();
  output.letReadersIn();
  const targets = readdirSync("/proc/self/fd").map((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`);
    } catch {
      return "";
    }
  });
  // The end that is kept, and the door.
  expect(targets.filter((target) => target === `${path} (deleted)`).length).toBe(2);
  output.close();
  // The kept end's number is another FIFO's by now.
  const others = [fifo(), fifo()].map((other) => native.openat(-100, other, nonBlocking, 0));
  const before = openFiles();
  output.letReadersIn();
  expect(openFiles()).toBe(before);
  for (const other of others) native.close(other);
});

test.skipIf(process.getuid?.() !== 0)(
  "a file that is exchanged with a FIFO is never given away, nor waited for",
  async () => {
    const [path, file, owner] = [fifo(), `${folder}/precious`, { uid: 4321, gid: 4321 }];
    writeFileSync(file, "");
    symlinkSync(file, `${folder}/to-precious`);
    await using race = await exchanging(path, `${folder}/to-precious`);
    void race;
    for (let round = 0; round < raceRounds; round++) {
      for (const open of [openInput, pathOutput]) open(path, owner).close();
      if (statSync(file).uid !== 0) throw new Error(`round ${round}: given away`);
    }
  },
  raceTimeoutMs,
);

test("a FIFO that file:// names is an error where nobody reads it, and holds nobody up", async () => {
  const place = { id: "a", namespace: "b", sockets: folder };
  const path = fifo();
  const names = new URL("../../../../shim/task/stdio/names.ts", import.meta.url).pathname;
  // Another process may block without an end.
  const script = `import { openOutputs } from ${JSON.stringify(names)};
    await openOutputs("file://${path}", "", ${JSON.stringify(place)}).catch((error) => console.log(error.message));`;
  const { stdout: told } = run([process.execPath, "-e", script]);
  expect(told).toBe(`cannot open ${path}: No such device or address\n`);
  const reader = native.openat(-100, path, nonBlocking, 0);
  const { stdout, stderr } = await openOutputs(`file://${path}`, "", place);
  expect(native.getFlags(stdout?.fd ?? -1) & nonBlocking).toBe(0);
  write(stdout?.fd ?? -1, "hello");
  expect(read(reader)).toBe("hello");
  for (const output of [stdout, stderr]) output?.close();
  native.close(reader);
});

test("a reader that comes after a short process has exited reads what it wrote, to the end", async () => {
  const path = fifo();
  const output = pathOutput(path);
  const text = new TextEncoder().encode("said");
  native.write(output.fd, text.buffer, 0, text.length);
  output.handOver();
  await output.heard();
  const late = Bun.spawn(["cat", path], { stdio: ["ignore", "pipe", "inherit"] });
  expect(await new Response(late.stdout).text()).toBe("said");
  output.close();
});

test("a reader that is there finds the end with the process's, and one that never comes is no hindrance", async () => {
  const path = fifo();
  const output = pathOutput(path);
  const early = Bun.spawn(["cat", path], { stdio: ["ignore", "pipe", "inherit"] });
  const text = new TextEncoder().encode("said");
  native.write(output.fd, text.buffer, 0, text.length);
  const reader = early.stdout.getReader();
  expect(new TextDecoder().decode((await reader.read()).value)).toBe("said");
  output.handOver();
  await output.heard();
  expect((await reader.read()).done).toBe(true);
  output.close();
  const unread = pathOutput(path);
  unread.handOver();
  await unread.heard();
  expect(descriptorsOf(path)).toBeGreaterThan(0);
  unread.close();
  expect(descriptorsOf(path)).toBe(0);
});
