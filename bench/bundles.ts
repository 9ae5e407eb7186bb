import { readFileSync, writeFileSync } from "node:fs";
import { config, kernelBundle } from "../test/e2e/kernel/bundle.ts";

/** A bundle for a low-level runtime, of which wrun edits config.json. */
export interface Bundle {
  readonly directory: string;
  /** Gives config.json back as it came. */
  readonly restore: () => void;
}

/** Writes a bundle with one file, which is its entrypoint. */
export function oneFileBundle(directory: string, file: string, annotations = {}): Bundle {
  const name = file.endsWith(".wasm") ? "/app.wasm" : "/app";
  kernelBundle(directory, [name], { [name]: file });
  const path = `${directory}/config.json`;
  const written = JSON.parse(readFileSync(path, "utf8")) as object;
  const text = JSON.stringify({ ...written, annotations: { ...config.annotations, ...annotations } });
  const restore = (): void => writeFileSync(path, text);
  restore();
  return { directory, restore };
}
