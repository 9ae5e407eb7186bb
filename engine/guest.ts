import type { EngineCommand } from "../oci/grant-flags.ts";
import type { Engine } from "./engine.ts";
import { chooseEntry } from "./entry.ts";
import { endGuest } from "./exit.ts";
import { preview1Module } from "./module/preview1.ts";
import type { Reports } from "./reports.ts";
import type { PreopenTable } from "./wasi/preopens.ts";
import { createWasi } from "./wasi/wasi.ts";

/** What a guest is made of. */
export interface GuestParts {
  readonly engine: Engine;
  readonly command: EngineCommand;
  readonly preopens: PreopenTable;
  readonly reports: Reports;
}

/** A guest that could run now. */
export interface LoadedGuest {
  /** How long its compilation took, in milliseconds. */
  readonly compileMs: number;
  /** Runs it to its end. What it throws is the guest's trap, or a bug. */
  run(): void;
}

/** Everything up to the guest's first instruction: what can be wrong with the file shows here. */
export async function loadGuest(parts: GuestParts, bytes: Uint8Array): Promise<LoadedGuest> {
  const { engine, command, preopens, reports } = parts;
  const began = performance.now();
  const module = engine.compile(bytes);
  const compileMs = performance.now() - began;
  const wasi = createWasi(command.grant, preopens, (code) => endGuest({ report: "exited", code }, reports));
  const instance = module.instantiate({ [preview1Module]: wasi.imports });
  const entry = chooseEntry(instance, command.grant);
  const words = command.grant.args.slice(1);
  const call = entry.invoked
    ? (await import("./invoke.ts")).printedCall(bytes, entry.name, words)
    : plainCall;
  if (instance.memory !== undefined) wasi.bind(instance.memory);
  return {
    compileMs,
    run() {
      for (const name of entry.before) instance.call(name, []);
      call.print(instance.call(entry.name, call.parameters));
    },
  };
}

/** A call of the guest's: what goes in, and what becomes of what comes out. */
export interface Call {
  readonly parameters: readonly (number | bigint)[];
  print(results: unknown): void;
}

const plainCall: Call = { parameters: [], print: () => {} };
