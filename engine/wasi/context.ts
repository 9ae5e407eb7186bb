import type { GuestMemory } from "../memory.ts";
import type { Lookup } from "./lookup.ts";
import type { DescriptorTable } from "./table.ts";

/** A host function: pointers and i32s are numbers, i64s bigints; it answers a WASI errno. */
export type WasiFunction = (...args: never[]) => number | void;

/** Host functions by their names in wasi_snapshot_preview1. */
export type WasiFunctions = Readonly<Record<string, WasiFunction>>;

/** What the host functions of one guest share. */
export interface Context {
  readonly memory: GuestMemory;
  readonly table: DescriptorTable;
  readonly lookup: Lookup;
}
