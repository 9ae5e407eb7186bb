import { WrunError } from "./error.ts";

const units: Record<string, number> = { "": 1, b: 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40 };

/** Bytes in `text`: a whole number with an optional unit b, k, m, g or t (powers of 1024), as Podman reads it. */
export function parseSize(text: string, what: string): number {
  const match = /^(\d+)([bkmgt]?)(i?b)?$/i.exec(text);
  const bytes = match ? Number(match[1]) * (units[(match[2] ?? "").toLowerCase()] ?? NaN) : NaN;
  if (!Number.isSafeInteger(bytes)) {
    throw new WrunError(
      "invalid",
      `${what}: ${JSON.stringify(text.slice(0, 40))} is not a size: write 512k, 64m or 1g`,
    );
  }
  return bytes;
}
