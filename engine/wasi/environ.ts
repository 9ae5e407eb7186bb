import type { GuestMemory } from "../memory.ts";
import type { WasiFunctions } from "./context.ts";
import { StringList } from "./strings.ts";

/** environ_get, environ_sizes_get. */
export function environFunctions(memory: GuestMemory, env: readonly string[]): WasiFunctions {
  const list = new StringList(memory, env);
  return {
    environ_get: (environ: number, buffer: number) => list.put(environ >>> 0, buffer >>> 0),
    environ_sizes_get: (count: number, size: number) => list.putSizes(count >>> 0, size >>> 0),
  };
}
