import { native } from "./native/native.ts";

// The one executable: `wrun wasm …` is the engine, everything else the host program, which is containerd's shim where
// it is called by that name. Each side is loaded only when it is the one asked for; neither imports the other. (No
// await: an async function costs a start 0.2 ms.)
const argv = process.argv.slice(2);
if (argv[0] === "wasm")
  void import("./engine/main.ts").then(({ runEngine }) => end(runEngine(argv.slice(1))));
else if (process.argv0.endsWith("containerd-shim-wrun-v1"))
  void import("./shim/task/shim.ts").then(({ runTaskShim }) => end(runTaskShim(argv)));
else void import("./shim/main.ts").then(({ runShim }) => end(runShim(argv)));

function end(code: number | Promise<number>): void {
  if (typeof code === "number") native.exit(code);
  void code.then((later) => native.exit(later));
}
