import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { expect, test } from "bun:test";
import { fixture, hasFixture } from "../../bundle.ts";
import { descriptorsIn } from "../../descriptors.ts";
import { run, temporaryDirectory, wrun } from "../../wrun.ts";

// Two engines with one volume: what one looks up, the other renames, removes and links.

const work = temporaryDirectory();
const rounds = 20_000;
const launcher = join(work, "without-openat2");
const source = new URL("without-openat2.c", import.meta.url).pathname;
const compiler = ["cc", "gcc", "clang"].find((name) => Bun.which(name) !== null) ?? "cc";
const compiled = run([compiler, "-O1", "-o", launcher, source]).code === 0;

/** A volume with what lies outside of it: a file in a directory beside it, and a link that leads there. */
function makeVolume(): { base: string; volume: string } {
  const base = mkdtempSync(join(work, "volume-"));
  for (const name of ["root/a/x", "root/b", "out"]) mkdirSync(join(base, name), { recursive: true });
  writeFileSync(join(base, "out/secret"), "secret".padEnd(4321, "."));
  writeFileSync(join(base, "out/only-outside"), "secret");
  symlinkSync(join(base, "out"), join(base, "root/abs"));
  return { base, volume: join(base, "root") };
}

/** Everything of `base` but what the volume holds: names, numbers, times and contents. */
function outside(base: string): unknown {
  return ["", "out", ...readdirSync(join(base, "out")).map((name) => `out/${name}`)].map((name) => {
    const { ino, nlink, size, mtimeMs, ctimeMs, mode } = lstatSync(join(base, name));
    return { name, ino, nlink, size, mtimeMs, ctimeMs, mode };
  });
}

interface Racer {
  readonly go: () => Promise<string>;
  readonly descriptors: () => number;
  readonly end: () => Promise<number>;
}

/** A guest that has started and waits; `go` lets it race and gives what it says of that. */
async function racer(command: readonly string[], guestPath: string, seed: number): Promise<Racer> {
  const words = [fixture("wasi-racer"), guestPath, `${seed}`, `${rounds}`];
  const child = Bun.spawn([...command, ...words], { stdin: "pipe", stdout: "pipe", stderr: "inherit" });
  const reader = child.stdout.getReader();
  const line = async (): Promise<string> => {
    const { value } = await reader.read();
    return new TextDecoder().decode(value).trim();
  };
  const answer = (): void => {
    void child.stdin.write("\n");
    void child.stdin.flush();
  };
  expect(await line()).toBe("ready");
  return {
    go: () => {
      answer();
      return line();
    },
    descriptors: () => descriptorsIn(`/proc/${child.pid}/fd`).size,
    end: () => {
      answer();
      return child.exited;
    },
  };
}

const ways = [
  { name: "by openat2", launch: [] },
  { name: "step by step", launch: [launcher, "1"] },
];

for (const { name, launch } of ways)
  for (const guestPath of ["/", "/data"])
    test.skipIf(!compiled || !hasFixture("wasi-racer"))(
      `two guests that race in one volume at ${guestPath} reach nothing outside of it, resolved ${name}`,
      async () => {
        const { base, volume } = makeVolume();
        const before = outside(base);
        const command = [...launch, wrun, "wasm", "--dir", `${volume}::${guestPath}`];
        const racers = await Promise.all([1, 2].map((seed) => racer(command, guestPath, seed)));
        const open = racers.map(({ descriptors }) => descriptors());
        const said = await Promise.all(racers.map(({ go }) => go()));
        for (const text of said) {
          // Each kind of change has come about, and none was of something outside.
          expect(text).toMatch(/^secrets 0 exhausted 0 done( [1-9]\d*){10}$/);
        }
        expect(racers.map(({ descriptors }) => descriptors())).toEqual(open);
        expect(await Promise.all(racers.map(({ end }) => end()))).toEqual([0, 0]);
        expect(outside(base)).toEqual(before);
        expect(readFileSync(join(base, "out/secret"), "utf8")).toStartWith("secret.");
        expect(readdirSync(base).sort()).toEqual(["out", "root"]);
      },
    );
