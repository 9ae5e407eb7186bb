import { entrypointCandidates, unfoundEntrypoint } from "./entrypoint.ts";
import type { Candidate } from "./entrypoint.ts";
import { engineInit, initWords } from "./engine-init.ts";
import type { GuestPath, HostPath } from "./grant.ts";
import { show } from "./note.ts";
import type { Found, Looks, Probe } from "./probe.ts";
import type { RuntimeSpec } from "./runtime-spec.ts";

/** The rule that decided, first match first: `wrun plan` prints it. */
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
  /** What the file looks like; `unknown` where an annotation says wasm: the engine reports the rest. */
  readonly kind: "module" | "component" | "text" | "unknown";
  readonly rule: Rule;
  readonly because: string;
  /** The file, as an absolute guest path; that of an artifact, as the engine opens it. */
  readonly module: GuestPath | HostPath;
  /** The entrypoint's word in process.args, without the function. */
  readonly argv0: string;
  /** `function` of an entrypoint `path#function`. */
  readonly invoke?: string;
  /** The container engine's init, which process.args names before the entrypoint. The engine of ours needs none. */
  readonly init?: GuestPath;
}

/** Which of the two. */
export type Workload = NativeWorkload | WasmWorkload;

/** What detection may look at. */
export interface DetectInput {
  readonly spec: RuntimeSpec;
  readonly probe: Probe;
  /** Set where the image is a wasm OCI artifact: there is no file system to look in. */
  readonly artifact?: Pick<WasmWorkload, "kind" | "module">;
}

/** Annotations by which containerd's CRI plugin and CRI-O mark a pod's pause container. */
const podSandbox = ["io.kubernetes.cri.container-type", "io.kubernetes.cri-o.ContainerType"] as const;

/** Values of `run.oci.handler` that mean wasm: crun's, youki's and ours. */
export const handlers = ["wasm", "wasmedge", "wasmtime", "wasmer", "wamr", "wrun"] as const;

/** Says whether a container is wasm. The first rule that matches decides. */
export function detectWorkload(input: DetectInput): Workload {
  const { annotations = {}, process } = input.spec;
  const sandbox = podSandbox.find((name) => annotations[name] === "sandbox");
  if (sandbox !== undefined) return native("pod-sandbox", `annotation ${sandbox} is sandbox`);
  const init = engineInit(input.spec, input.probe);
  const argv0 = process?.args?.[init === undefined ? 0 : initWords];
  if (argv0 === undefined) return native("no-process", "process.args is empty");
  const workload = detectEntrypoint(input, argv0);
  return init === undefined ? workload : behindInit(workload, init);
}

function detectEntrypoint(input: DetectInput, argv0: string): Workload {
  const { annotations = {} } = input.spec;
  const entrypoint = locate(input, argv0);
  if (input.artifact !== undefined) return byArtifact(entrypoint, input.artifact);
  const annotation = wasmAnnotation(annotations, argv0);
  if (annotation !== undefined) return byAnnotation(entrypoint, annotation);
  return byContent(entrypoint);
}

function behindInit(workload: Workload, init: GuestPath): Workload {
  const because = `${workload.because} (behind the init ${init})`;
  return workload.kind === "native" ? { ...workload, because } : { ...workload, because, init };
}

// The annotation that asks for wasm, as `name=value`. Where both are there, crun's name alone counts.
function wasmAnnotation(annotations: Readonly<Record<string, string>>, argv0: string): string | undefined {
  const [name, always, smart] =
    annotations["run.oci.handler"] === undefined
      ? (["module.wasm.image/variant", ["compat"], "compat-smart"] as const)
      : (["run.oci.handler", handlers, "wasm-smart"] as const);
  const value = annotations[name] ?? "";
  const asked =
    (always as readonly string[]).includes(value) || (value === smart && /\.wa(sm|t)(#|$)/.test(argv0));
  return asked ? `${name}=${value}` : undefined;
}

/** The file that args[0] means. `found` is absent where there is no such file. */
interface Located extends Candidate {
  readonly found?: Found;
}

function locate({ spec, probe }: DetectInput, argv0: string): Located {
  let first: Located | undefined;
  for (const candidate of entrypointCandidates(argv0, spec.process ?? {})) {
    const found = probe.lookup(candidate.path);
    if (found?.kind === "file" && (found.executable || workloadKind(found.looks) !== "unknown"))
      return { ...candidate, found };
    if (found !== undefined) first ??= { ...candidate, found };
  }
  return first ?? unfoundEntrypoint(argv0, spec.process ?? {});
}

function byAnnotation(entrypoint: Located, annotation: string): Workload {
  const { found } = entrypoint;
  if (found?.kind === "file" && (found.looks === "elf" || found.looks === "script"))
    return native("annotation-but-native", `${describe(entrypoint)}, whatever annotation ${annotation} says`);
  return wasm("annotation", `annotation ${annotation}`, entrypoint);
}

function byArtifact(entrypoint: Located, artifact: Pick<WasmWorkload, "kind" | "module">): Workload {
  return { ...wasm("artifact", "the image is a wasm artifact", entrypoint), ...artifact };
}

function byContent(entrypoint: Located): Workload {
  const { found, argv0 } = entrypoint;
  if (found === undefined)
    return native("not-found", `${show(argv0)}: no such file or directory in the container`);
  if (found.kind !== "file") return native("not-wasm", describe(entrypoint));
  if (found.looks === "elf" || found.looks === "script") return native("native", describe(entrypoint));
  if (workloadKind(found.looks) === "unknown") return native("not-wasm", describe(entrypoint));
  return wasm("content", describe(entrypoint), entrypoint);
}

function native(rule: Rule, because: string): NativeWorkload {
  return { kind: "native", rule, because };
}

function wasm(rule: Rule, because: string, entrypoint: Located): WasmWorkload {
  const { found, path, argv0, invoke } = entrypoint;
  const kind = found?.kind === "file" ? workloadKind(found.looks) : "unknown";
  return { kind, rule, because, module: path, argv0, ...(invoke === undefined ? {} : { invoke }) };
}

function workloadKind(looks: Looks): WasmWorkload["kind"] {
  if (looks === "wat") return "text";
  return looks === "module" || looks === "component" ? looks : "unknown";
}

const appearance: Readonly<Record<Looks | "directory" | "special", string>> = {
  module: "a wasm module",
  component: "a wasm component",
  wat: "WebAssembly text",
  elf: "an ELF executable",
  script: "a script",
  empty: "an empty file",
  truncated: "a wasm file cut short",
  "unknown-wasm": "a wasm file of a version that is not known",
  unknown: "neither wasm nor an executable",
  directory: "a directory",
  special: "no regular file",
};

function describe({ path, found }: Located): string {
  if (found === undefined) return `${show(path)} does not exist`;
  return `${show(path)} is ${appearance[found.kind === "file" ? found.looks : found.kind]}`;
}
