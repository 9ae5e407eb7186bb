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
  ["start", "the command line and the environment", 3_000],
  ["cgroup", "the kernel's list of its cgroups", 10_000],
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

/** What a fuzzer prints of 3000 inputs: lines of `fields` hexadecimal texts. */
async function printed(name: string, fields: number): Promise<string[][]> {
  const folder = temporaryDirectory();
  mkdirSync(`${folder}/work`);
  const fuzzer = Bun.spawn([`${place}fuzz/${name}`, "3000", seed, `${corpus}${name}`, `${folder}/last`], {
    cwd: `${folder}/work`,
    env: { FUZZ_PRINT: "1" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines = (await new Response(fuzzer.stdout).text()).split("\n");
  return lines
    .filter((line) => new RegExp(`^([0-9a-f]* ){${fields}}$`).test(line))
    .map((line) => line.split(" ").map((hex) => Buffer.from(hex, "hex").toString("utf8")));
}

test.skipIf(!isThere)(
  "what the launcher takes for a plain config file, wrun reads as the same",
  async () => {
    const read = await printed("config", 3);
    expect(read.length).toBeGreaterThan(200);
    for (const [text = "", runtime, events] of read) {
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

test.skipIf(!isThere)(
  "what the launcher writes down is JSON, whatever is in a container's report and in its pid file",
  async () => {
    const written = await printed("record", 2);
    expect(written.length).toBeGreaterThan(500);
    // wrun leaves JSON, and something of it; of a container that was made before it leaves nothing.
    const isOurs = (fields: string, record: string): boolean =>
      fields.trim() === "" ? !record.endsWith(",}\n") : objectIn(`{${fields}}`) !== undefined;
    const ours = written.filter(([fields = "", record = ""]) => isOurs(fields, record));
    expect(ours.length).toBeGreaterThan(200);
    for (const [fields = "", record = ""] of ours) {
      const { kind, code, ...more } = objectIn(record) ?? {};
      expect({ record, kind, code: typeof code }).toEqual({ record, kind: "verb", code: "number" });
      for (const name of ["key", "startTime", "report", "exit"])
        if (name in more && !fields.includes(`"${name}"`))
          expect({ record, [name]: typeof more[name] }).toEqual({ record, [name]: "string" });
    }
  },
  600_000,
);

function objectIn(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

/** The sanitizer's report, and the input, which belongs in the corpus once it is mended. */
function foundBy(pid: number, last: string): string {
  const path = `${place}reports/asan.${pid}`;
  const report = existsSync(path) ? readFileSync(path, "utf8").slice(0, 4000) : "no report";
  const bytes = readFileSync(last);
  const size = Number(bytes.readBigUInt64LE(0));
  return `${report}\nthe input, in base64: ${bytes.subarray(8, 8 + size).toString("base64")}`;
}
