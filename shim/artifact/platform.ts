/** One of an index's manifests, as far as its platform goes. */
interface ForPlatform {
  readonly platform?: { readonly os?: unknown; readonly architecture?: unknown } | null;
}

// What our engine runs best, first. The names are those that Docker (wasi), runwasi and the CNCF's wasm artifacts use.
const systems = ["wasip1", "wasi", "wasip2"];

/**
 * The entry of an index that is for wasm: `wasi/wasm`, `wasi/wasm32`, `wasip1/wasm` and so on. An entry that is the only
 * one, and names no platform, is taken as well.
 */
export function wasmEntry(manifests: readonly unknown[]): unknown {
  const wasm = manifests.filter((entry) => String(platformOf(entry).architecture).startsWith("wasm"));
  const best = wasm.toSorted((a, b) => rank(a) - rank(b))[0];
  if (best !== undefined || manifests.length !== 1) return best;
  return platformOf(manifests[0]).architecture === undefined ? manifests[0] : undefined;
}

function rank(entry: unknown): number {
  const at = systems.indexOf(String(platformOf(entry).os));
  return at < 0 ? systems.length : at;
}

function platformOf(entry: unknown): NonNullable<ForPlatform["platform"]> {
  return (entry as ForPlatform | null)?.platform ?? {};
}
