// Builds, compiles the fixtures, runs every test file, and closes with one plain line of counts.
import { spawn } from "node:child_process";
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

const { code, output } = await testAll(process.argv.slice(2));
const counted = (word) =>
  Number([...output.matchAll(new RegExp(`^\\s*(\\d+) ${word}$`, "gm"))].at(-1)?.[1] ?? 0);
const skipped = counted("skip") + counted("todo");
console.log(`${counted("pass")} passed, ${counted("fail")} failed, ${skipped} skipped`);
process.exitCode = code === 0 && counted("pass") > 0 ? 0 : 1;

function testAll(args) {
  const child = spawn(bun(), ["test", "--parallel", "--timeout", "60000", ...args], {
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
