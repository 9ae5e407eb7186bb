import type { Grant } from "../../oci/grant.ts";
import type { PreopenTable } from "./preopens.ts";

/** A host function: pointers and i32s are numbers, i64s bigints; it answers a WASI errno. */
export type WasiFunction = (...args: never[]) => number | void;

/** All of wasi_snapshot_preview1 for one guest. */
export interface Wasi {
  readonly imports: Readonly<Record<string, WasiFunction>>;
  bind(memory: WebAssembly.Memory): void;
}

/** Makes the host functions of one guest. `exit` ends the process and does not return. */
export function createWasi(grant: Grant, preopens: PreopenTable, exit: (code: number) => never): Wasi {
  throw new Error(`${grant.module} ${preopens.roots.length} ${exit.name}`);
}
