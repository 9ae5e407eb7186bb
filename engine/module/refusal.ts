import type { FileKind } from "./kind.ts";

/** Why a file of this kind cannot run here. */
export const whyNot: Readonly<Record<Exclude<FileKind, "module" | "wat">, string>> = {
  component: "it is a WebAssembly component (WASI preview 2), which this version cannot run",
  elf: "it is a native executable (ELF), not wasm",
  script: "it is a script (#!), not wasm",
  empty: "it is empty",
  truncated: "it ends within wasm's first eight bytes: a download or a copy was cut short",
  "unknown-wasm": "it is wasm of a version that this one does not know",
  unknown: "it is not wasm",
};
