import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "bun:test";
import { type Ended, run, temporaryDirectory, wrun } from "../wrun.ts";

// The official suite, https://github.com/WebAssembly/wasi-testsuite, branch prod/testsuite-base.
const suite = process.env["WASI_TESTSUITE"];
const sets = ["c", "assemblyscript", "rust"];
const skips = JSON.parse(readFileSync(new URL("skips.json", import.meta.url), "utf8")) as Record<
  string,
  string
>;

/** What is known of one test: its file's fields, which newer tests have inside `operations`. */
interface Specification {
  readonly args?: readonly string[];
  readonly env?: Record<string, string>;
  readonly root?: string;
  readonly exit_code?: number;
  readonly stdout?: string;
  readonly stderr?: string;
}

interface Operation extends Omit<Specification, "stdout" | "stderr"> {
  readonly type: "run" | "wait" | "read";
  readonly id?: "stdout" | "stderr";
  readonly payload?: string;
}

if (suite === undefined) {
  test.skip("the official WASI tests pass (set WASI_TESTSUITE to the suite's folder to run them)", () => {});
} else {
  const work = temporaryDirectory();
  for (const set of sets) addSet(join(suite, "tests", set, "testsuite", "wasm32-wasip1"), { set, work });
}

function addSet(folder: string, { set, work }: { set: string; work: string }): void {
  const names = readdirSync(folder).filter((name) => name.endsWith(".wasm"));
  test(`the suite's ${set} set is there`, () => expect(names.length).toBeGreaterThan(0));
  for (const name of names.map((name) => name.slice(0, -".wasm".length))) {
    const title = `the suite's ${set} test ${name} passes`;
    const reason = skips[`${set}/${name}`];
    if (reason === undefined) test(title, () => runTest(folder, name, mkdtempSync(join(work, "test-"))));
    else test.skip(`${title}: ${reason}`, () => {});
  }
}

function runTest(folder: string, name: string, work: string): void {
  const specification = readSpecification(join(folder, `${name}.json`));
  const { root, env = {}, args = [] } = specification;
  const flags = Object.entries(env).flatMap(([key, value]) => ["--env", `${key}=${value}`]);
  if (root !== undefined) {
    cpSync(join(folder, root), join(work, root), { recursive: true });
    flags.push("--dir", `${join(work, root)}::/`);
  }
  const ended = runIntoFiles([wrun, "wasm", ...flags, join(folder, `${name}.wasm`), ...args], work);
  expect({ code: ended.code, stderr: ended.stderr }).toEqual({
    code: specification.exit_code ?? 0,
    stderr: specification.stderr ?? ended.stderr,
  });
  if (specification.stdout !== undefined) expect(ended.stdout).toBe(specification.stdout);
}

// Bun's pipes are sockets, and one test wants a standard output that is none.
function runIntoFiles(command: readonly string[], cwd: string): Ended {
  const ended = run(["sh", "-c", 'exec "$@" >stdout 2>stderr', "sh", ...command], { cwd });
  const read = (name: string): string => readFileSync(join(cwd, name), "utf8");
  return { ...ended, stdout: read("stdout"), stderr: read("stderr") };
}

function readSpecification(path: string): Specification {
  if (!existsSync(path)) return {};
  const read = JSON.parse(readFileSync(path, "utf8")) as Specification & {
    operations?: readonly Operation[];
  };
  if (read.operations === undefined) return read;
  let whole: Specification = {};
  for (const { type, id = "stdout", payload = "", ...fields } of read.operations) {
    whole = { ...whole, ...fields, ...(type === "read" ? { [id]: payload } : {}) };
  }
  return whole;
}
