import { existsSync, readdirSync } from "node:fs";
import { expect, test } from "bun:test";
import { fixture, hasFixture, writeBundle } from "../bundle.ts";
import { type Ended, run, temporaryDirectory, wrun } from "../wrun.ts";

// How each program answers where RLIMIT_NOFILE leaves it next to nothing. Bun itself needs six.
const limits = [3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 20, 24];

function limited(limit: number, command: readonly string[]): Ended {
  return run(["sh", "-c", 'ulimit -n "$0"; exec "$@"', `${limit}`, ...command]);
}

/** It worked, or said in one line what was the matter. */
function expectAnswer(ended: Ended, works: string | RegExp): void {
  if (ended.code === 0) return expect(ended.stdout).toMatch(works);
  expect(ended.signal).toBeNull();
  expect(ended.stderr).toMatch(/^wrun: .*(open files|descriptors).*\n$/);
  expect(ended.stderr).not.toContain("internal error");
}

/** The containers of a `--root`. */
function keptIn(root: string): string[] {
  return existsSync(`${root}/.wrun`) ? readdirSync(`${root}/.wrun`) : [];
}

const inC = test.skipIf(!hasFixture("hello"));

for (const limit of limits) {
  inC(
    `with ${limit} open files each verb does its work, or says in a line why not, and no state is lost`,
    () => {
      const bundle = writeBundle(`${temporaryDirectory()}/bundle`, { guest: "hello" });
      const root = temporaryDirectory();
      const embedded = (...words: string[]): string[] => [
        wrun,
        "--sandbox",
        "embedded",
        "--root",
        root,
        ...words,
      ];
      expectAnswer(limited(limit, [wrun, "wasm", fixture("hello")]), /^hello\n$/);
      expectAnswer(limited(limit, [wrun, "plan", "--bundle", bundle]), /^wasm: /);
      expectAnswer(limited(limit, [wrun, "inspect", fixture("hello")]), /^kind: +module/);
      expectAnswer(limited(limit, embedded("run", "--bundle", bundle, "first")), /^hello\n$/);
      expect(keptIn(root)).toEqual([]);

      expect(
        run(["sh", "-c", '"$@" >/dev/null 2>&1', "sh", ...embedded("create", "--bundle", bundle, "c")]).code,
      ).toBe(0);
      expectAnswer(limited(limit, embedded("list")), / created /);
      expectAnswer(limited(limit, embedded("state", "c")), /"status": "created"/);
      const removed = limited(limit, embedded("delete", "--force", "c"));
      expectAnswer(removed, "");
      expect(keptIn(root)).toEqual(removed.code === 0 ? [] : ["c"]);
      expect(run(embedded("delete", "--force", "c")).code).toBe(0);
      expect(keptIn(root)).toEqual([]);
    },
  );
}

for (const limit of limits)
  test(`with ${limit} open files the monitor serves, or says in a line why not`, async () => {
    const folder = temporaryDirectory();
    const command = [wrun, "monitor", "--listen", `unix://${folder}/s`];
    const child = Bun.spawn(["sh", "-c", 'ulimit -n "$0"; exec "$@"', `${limit}`, ...command], {
      env: { PATH: process.env["PATH"] ?? "" },
      stdin: "ignore",
      stdout: "ignore",
      stderr: "pipe",
    });
    let log = "";
    const decoder = new TextDecoder();
    for await (const part of child.stderr) {
      log += decoder.decode(part);
      if (log.includes("monitoring at")) child.kill("SIGTERM");
    }
    const code = await child.exited;
    if (log.includes("monitoring at")) return;
    expect(log).toMatch(/^wrun: .*open files.*\n$/);
    expect([1, 126]).toContain(code);
  });
