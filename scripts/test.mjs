// Builds, compiles the fixtures, runs every test file, the heaviest ones alone, and closes with one plain line of counts.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { build } from "./build.mjs";
import { containerd } from "./debian-containerd.mjs";
import { runtimes } from "./debian-runtimes.mjs";
import { fixtures } from "./fixtures.mjs";
import { sanitized } from "./sanitize.mjs";
import { bun, root } from "./setup.mjs";

await build();
if (!(await fixtures())) {
  console.log("tests with guests in C are skipped: install clang lld wasi-libc libclang-rt-14-dev-wasm32");
}
if (!sanitized()) {
  console.log(
    "the addon's and the launcher's tests with sanitizers are skipped, and the launcher's fuzzers: the C compiler lacks libasan or libubsan",
  );
}
if (!runtimes()) {
  console.log(
    "tests with real containers are skipped: install crun runc podman buildah conmon skopeo umoci debootstrap, and run as root",
  );
}
if (!containerd()) {
  console.log(
    "tests with a real containerd are skipped: install containerd runc crun containernetworking-plugins iproute2, and run as root",
  );
}

const { hangMs } = JSON.parse(readFileSync(`${root}/test/timeouts.json`, "utf8"));
// What keeps every core busy by itself: beside others it would make them late, and they it.
const alone = [
  "test/e2e/shim/many-tasks.test.ts",
  "test/e2e/monitor/robustness.test.ts",
  "test/fuzz/wasm.test.ts",
];

const runs = [];
for (const args of runsOf(process.argv.slice(2))) runs.push(await test(args));
const counted = (word) => runs.reduce((sum, { output }) => sum + countOf(output, word), 0);
const skipped = counted("skip") + counted("todo");
console.log(`${counted("pass")} passed, ${counted("fail")} failed, ${skipped} skipped`);
process.exitCode = runs.every(({ code }) => code === 0) && counted("pass") > 0 ? 0 : 1;

/** The arguments of each run: files by their path are split, flags of bun's are for those who know what they run. */
function runsOf(args) {
  if (args.some((arg) => arg.startsWith("-"))) return [args];
  const ignored = alone.flatMap((path) => ["--path-ignore-patterns", path]);
  const own = alone.filter((path) => args.length === 0 || args.some((arg) => path.includes(plain(arg))));
  return [[...ignored, "--pass-with-no-tests", ...args], ...own.map((path) => [`./${path}`])];
}

function plain(path) {
  return path.replace(/^\.\//, "").replace(`${root}/`, "");
}

function countOf(output, word) {
  return Number([...output.matchAll(new RegExp(`^\\s*(\\d+) ${word}$`, "gm"))].at(-1)?.[1] ?? 0);
}

// A test may wait for several things. The durations of this run let the next one begin with the longest files.
function test(args) {
  const timings = ["--timings", `${root}/.tmp/test-timings.json`, "--update-timings"];
  const flags = ["--parallel", "--timeout", `${2 * hangMs}`, ...timings];
  const child = spawn(bun(), ["test", ...flags, ...args], {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text) => {
      output += text;
      process.stdout.write(text);
    });
  }
  return new Promise((done) => child.on("close", (code) => done({ code, output })));
}
