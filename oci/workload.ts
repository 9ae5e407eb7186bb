import type { GuestPath } from "./grant.ts";

/** The rule that decided (design: first match wins), for `wrun plan`. */
export type Rule =
  | "no-process"
  | "pod-sandbox"
  | "annotation"
  | "annotation-but-native"
  | "artifact"
  | "native"
  | "content"
  | "not-found"
  | "not-wasm";

/** A container that is not ours: the low-level runtime runs it, or reports what is wrong with it. */
export interface NativeWorkload {
  readonly kind: "native";
  readonly rule: Rule;
  readonly because: string;
}

/** A container whose entrypoint the engine runs. */
export interface WasmWorkload {
  /** What the file looks like; `unknown` where an annotation says wasm and the engine has to report the rest. */
  readonly kind: "module" | "component" | "text" | "unknown";
  readonly rule: Rule;
  readonly because: string;
  /** The file, as an absolute guest path. */
  readonly module: GuestPath;
  /** `function` of an entrypoint `path#function`. */
  readonly invoke?: string;
}

/** Which of the two. */
export type Workload = NativeWorkload | WasmWorkload;
