import { native } from "./native/native.ts";

/**
 * The one executable: `wrun wasm …` is the engine, everything else the host program. Each side is loaded
 * only when it is the one asked for; neither imports the other.
 */
async function main(argv: readonly string[]): Promise<number> {
  if (argv[0] === "wasm") {
    const { runEngine } = await import("./engine/main.ts");
    return runEngine(argv.slice(1));
  }
  const { runShim } = await import("./shim/main.ts");
  return runShim(argv);
}

native.exit(await main(process.argv.slice(2)));
