import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { expect, test } from "bun:test";
import { parseKernelConfig } from "../../shim/kernel/config-file.ts";
import { temporaryDirectory } from "../wrun.ts";

// scripts/sanitize.mjs makes the fuzzers, of test/fuzz/launcher/*.c.
const place = new URL("../../.tmp/sanitized/", import.meta.url).pathname;
const corpus = new URL("launcher/corpus/", import.meta.url).pathname;
const isThere = existsSync(`${place}preload`);
if (!isThere) console.log("the launcher's fuzzers are missing: node scripts/sanitize.mjs");

/** What each of them reads, and how many changed inputs it gets. A seed gives the same ones each time: FUZZ_SEED is another. */
const fuzzers = [
  ["config", "the config file", 10_000],
  ["start", "the command line and the environment", 5_000],
  ["cgroup", "the kernel's list of its cgroups", 5_000],
  ["record", "what it makes a record of", 5_000],
] as const;
/** What is longer the launcher leaves to wrun (native/launcher/text.h). */
const mostPath = 4096;
const { FUZZ_SEED: seed = "1", FUZZ_RUNS: runs } = process.env;

test("every parser that has a corpus is run", () => {
  expect(fuzzers.map(([name]) => name).sort()).toEqual(readdirSync(corpus).sort() as never);
});

for (const [name, what, usual] of fuzzers)
  test.skipIf(!isThere)(
    `nothing in ${what} makes the launcher do what the sanitizers or the fuzzer forbid`,
    async () => {
      const folder = temporaryDirectory();
      mkdirSync(`${folder}/work`);
      const last = `${folder}/last`;
      const fuzzer = Bun.spawn([`${place}fuzz/${name}`, runs ?? `${usual}`, seed, `${corpus}${name}`, last], {
        cwd: `${folder}/work`,
        env: {},
        stdio: ["ignore", "pipe", "pipe"],
      });
      const [code, stdout, stderr] = await Promise.all([
        fuzzer.exited,
        new Response(fuzzer.stdout).text(),
        new Response(fuzzer.stderr).text(),
      ]);
      expect({ code, stderr, found: code === 0 ? "" : foundBy(fuzzer.pid, last) }).toEqual({
        code: 0,
        stderr: "",
        found: "",
      });
      expect(stdout).toContain("edges");
    },
    3_600_000,
  );

test.skipIf(!isThere)(
  "what the launcher takes for a plain config file, wrun reads as the same",
  async () => {
    const folder = temporaryDirectory();
    const fuzzer = Bun.spawn([`${place}fuzz/config`, "3000", seed, `${corpus}config`, `${folder}/last`], {
      env: { FUZZ_PRINT: "1" },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const lines = (await new Response(fuzzer.stdout).text()).split("\n");
    const read = lines.filter((line) => /^[0-9a-f]* [0-9a-f]* [0-9a-f]* $/.test(line));
    expect(read.length).toBeGreaterThan(200);
    for (const line of read) {
      const [text = "", runtime = "", events = ""] = line
        .split(" ")
        .map((hex) => Buffer.from(hex, "hex").toString("utf8"));
      const config = parseKernelConfig(text);
      const fitting = (value = ""): string => (Buffer.byteLength(value) < mostPath ? value : "");
      expect({ text, runtime, events }).toEqual({
        text,
        runtime: fitting(config.runtime),
        events: fitting(config.events),
      });
    }
  },
  600_000,
);

/** The sanitizer's report, and the input, which belongs in the corpus once it is mended. */
function foundBy(pid: number, last: string): string {
  const path = `${place}reports/asan.${pid}`;
  const report = existsSync(path) ? readFileSync(path, "utf8").slice(0, 4000) : "no report";
  const bytes = readFileSync(last);
  const size = Number(bytes.readBigUInt64LE(0));
  return `${report}\nthe input, in base64: ${bytes.subarray(8, 8 + size).toString("base64")}`;
}
