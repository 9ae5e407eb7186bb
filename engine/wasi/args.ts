import type { GuestMemory } from "../memory.ts";
import type { WasiFunctions } from "./context.ts";
import { StringList } from "./strings.ts";

/** args_get, args_sizes_get. */
export function argsFunctions(memory: GuestMemory, args: readonly string[]): WasiFunctions {
  const list = new StringList(memory, args);
  return {
    args_get: (argv: number, buffer: number) => list.put(argv >>> 0, buffer >>> 0),
    args_sizes_get: (count: number, size: number) => list.putSizes(count >>> 0, size >>> 0),
  };
}
