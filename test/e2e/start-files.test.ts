import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { fixture } from "../bundle.ts";
import { executable, run, temporaryDirectory, wrun } from "../wrun.ts";

const directory = temporaryDirectory();
const trace = `${directory}/trace`;
const strace = ["strace", "-f", "-qq", "-e", "trace=%file,socket", "-o", trace];
const canTrace = Bun.which("strace") !== null && run([...strace, "true"]).code === 0;

/** What the C library, Bun and we look at before a guest runs; in a container the libraries are wrun's own. */
const known = [
  /^\/etc\/ld\.so\.(cache|preload)$/,
  /^\/(usr\/)?lib(64)?\/[^ ]*lib(c|m|dl|pthread|gcc_s)\.so\.\d+$/,
  /^\/proc\/(self\/(maps|exe|cgroup|statm|mountinfo|status)|sys\/vm\/(overcommit_memory|mmap_min_addr)|meminfo|stat|cpuinfo)$/,
  /^\/sys\/(devices\/system\/(cpu|node)|kernel\/mm|fs\/cgroup)\//,
];

test.skipIf(!canTrace)(
  "before a guest runs, no file of the image's is looked at but the module (needs strace)",
  () => {
    const guest = fixture("hello");
    const own = [guest, wrun, executable, `${executable}.node`, ""];
    const { code, stdout } = run([...strace, wrun, "wasm", guest], {
      env: { PATH: process.env["PATH"] ?? "", TZ: ":" },
    });
    expect([code, stdout]).toEqual([0, "hello\n"]);
    const calls = readFileSync(trace, "utf8")
      .split("\n")
      .filter((line) => !line.includes("execve("));
    const paths = calls.flatMap((line) => /^\d+ +(?!getcwd)\w+\((?:[^"]*, )?"([^"]*)"/.exec(line)?.[1] ?? []);
    expect(paths).toContain(guest);
    expect(
      paths.filter((path) => !own.includes(path) && !known.some((pattern) => pattern.test(path))),
    ).toEqual([]);
    expect(calls.filter((line) => line.includes("socket("))).toEqual([]);
  },
);
