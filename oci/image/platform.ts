import { WrunError } from "../error.ts";
import { quote } from "../note.ts";

/** What an image is for (https://github.com/opencontainers/image-spec/blob/main/image-index.md, `platform`). */
export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
}

/** One of an index's manifests, as far as its platform goes. */
interface ForPlatform {
  readonly platform?: {
    readonly os?: unknown;
    readonly architecture?: unknown;
    readonly variant?: unknown;
  } | null;
}

/** The machines that engines run on, by Go's names, and wasm: an image for all of them runs everywhere. */
export const everyPlatform: readonly Platform[] = [
  { os: "linux", architecture: "amd64" },
  { os: "linux", architecture: "arm64", variant: "v8" },
  { os: "linux", architecture: "arm", variant: "v7" },
  { os: "linux", architecture: "ppc64le" },
  { os: "linux", architecture: "riscv64" },
  { os: "linux", architecture: "s390x" },
  { os: "wasi", architecture: "wasm" },
];

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

/** The entry of an index that is for a platform; any variant will do where none is named. */
export function platformEntry(manifests: readonly unknown[], wanted: Platform): unknown {
  return manifests.find((entry) => {
    const { os, architecture, variant } = platformOf(entry);
    if (os !== wanted.os || architecture !== wanted.architecture) return false;
    return wanted.variant === undefined || variant === undefined || variant === wanted.variant;
  });
}

/** `os/architecture[/variant]`, read. */
export function parsePlatform(text: string): Platform {
  const [os = "", architecture = "", variant, ...more] = text.split("/");
  const parts = [os, architecture, ...(variant === undefined ? [] : [variant])];
  if (more.length > 0 || !parts.every((part) => /^[a-z0-9_.-]{1,64}$/.test(part)))
    throw new WrunError("invalid", `--platform: ${quote(text)} is none: write wasi/wasm, linux/amd64 or all`);
  return { os, architecture, ...(variant === undefined ? {} : { variant }) };
}

/** The platform that an entry of an index, or an image's config, names; undefined where it names none. */
export function platformText(entry: unknown): string | undefined {
  const { os, architecture, variant } = platformOf(entry);
  if (typeof os !== "string" || typeof architecture !== "string" || os === "") return undefined;
  return [os, architecture, ...(typeof variant === "string" ? [variant] : [])].join("/");
}

function rank(entry: unknown): number {
  const at = systems.indexOf(String(platformOf(entry).os));
  return at < 0 ? systems.length : at;
}

function platformOf(entry: unknown): NonNullable<ForPlatform["platform"]> {
  return (entry as ForPlatform | null)?.platform ?? {};
}
