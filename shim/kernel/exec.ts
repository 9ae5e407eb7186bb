import { atFdcwd, native, statFields } from "../../native/native.ts";
import { planExec, type EngineProcess, type ExecPlan, grantOf } from "../../oci/exec.ts";
import type { HostPath } from "../../oci/grant.ts";
import { guestEnvPrefix } from "../../oci/grant-flags.ts";
import { parseProcess } from "../../oci/parse-runtime-spec.ts";
import type { Process } from "../../oci/runtime-spec.ts";
import { linuxFiles } from "../host/files.ts";
import { HostProbe } from "../host/probe.ts";
import { absolutePath } from "../sandbox/state-root.ts";
import { engineOf, wordsOf } from "./engine-of.ts";
import { type KernelCall, withFlag } from "./kernel-call.ts";
import { takesConfigFlag } from "./low-level-runtime.ts";
import { memoryFile, moveUp } from "./memory-file.ts";
import { outputOf } from "./output-of.ts";
import { passedDescriptors } from "./passed-descriptors.ts";
import { bundleOfShadow } from "./shadow-bundle.ts";

/**
 * The call of an `exec`. Where the command is wasm in a container whose process is our engine, another engine takes its
 * place: in a copy of the file that `--process` names, or in the words after the id. Whatever is wrong with the
 * container, the low-level runtime reports.
 */
export function prepareExec(call: KernelCall, runtime: HostPath): KernelCall {
  const container = findContainer(call, runtime);
  if (container === undefined) return call;
  const file = call.flags.value("--process");
  if (file === undefined) return { ...call, argv: execWords(call, container) };
  const text = processText(absolutePath(file, process.cwd()));
  const plan = text === undefined ? undefined : planExecIn(container, parseProcess(text));
  if (plan?.kind !== "wasm") return call;
  const { end } = passedDescriptors(call, takesConfigFlag(runtime));
  const fd = moveUp(memoryFile("process.json", JSON.stringify(plan.process)), end);
  native.setCloexec(fd, false);
  return withFlag(call, "--process", `/proc/self/fd/${fd}`);
}

// What comes through a pipe can be read once, and that is the low-level runtime's.
function processText(path: HostPath): string | undefined {
  const stat = new BigInt64Array(statFields.count);
  native.fstatat(atFdcwd, path, 0, stat);
  const isPipe = (Number(stat[statFields.mode]) & 0o170000) === 0o010000;
  return isPipe ? undefined : linuxFiles.readText(path, { followLink: true });
}

/** A container that runs. */
export interface RunningContainer {
  /** Of its first process. */
  readonly pid: number;
  readonly bundle: HostPath;
  /** Its engine; undefined for a native container. */
  readonly engine: EngineProcess | undefined;
}

function execWords(call: KernelCall, container: RunningContainer): readonly string[] {
  const { argv, command, env, flags } = call;
  const inherited = inheritedBy(container);
  const added = env.map(({ word, from }) => argv[word]?.slice(from) ?? "");
  const plan = planExecIn(container, {
    args: argv.slice(command),
    env: [...inherited.env, ...added],
    cwd: flags.value("--cwd") ?? inherited.cwd,
  });
  if (plan.kind === "forward") return argv;
  const wrapped = argv.slice(0, command);
  for (const { word, from } of env) wrapped[word] = wrap(wrapped[word] ?? "", from);
  return [...wrapped, ...(plan.process.args ?? [])];
}

// A native one's is asked for its PATH alone, to name what cannot be executed in it.
function inheritedBy({ pid, engine }: RunningContainer): {
  readonly env: readonly string[];
  readonly cwd: string;
} {
  return engine === undefined ? { env: wordsOf(pid, "environ") ?? [], cwd: "/" } : grantOf(engine);
}

function wrap(word: string, from: number): string {
  return word.slice(0, from) + guestEnvPrefix + word.slice(from);
}

/** Decides what a process that is executed in a container will be. */
export function planExecIn({ pid, bundle, engine }: RunningContainer, execProcess: Process): ExecPlan {
  using probe = new HostProbe({ bundle, rootfs: `/proc/${pid}/root/.`, mounts: [] });
  const ids = { uid: native.geteuid(), gid: native.getgid() };
  return planExec({
    engine,
    process: execProcess,
    probe,
    bundle,
    sandbox: "kernel",
    scratch: bundle,
    listenFds: 0,
    ...ids,
  });
}

/** The container that a call names; undefined where the low-level runtime does not know it. */
export function findContainer(
  { flags, operands: [id = ""] }: KernelCall,
  runtime: HostPath,
): RunningContainer | undefined {
  const root = flags.value("--root");
  const state = outputOf([runtime, ...(root === undefined ? [] : ["--root", root]), "state", id]);
  const { pid, bundle, status } = parsedState(state ?? "");
  return pid === undefined || bundle === undefined
    ? undefined
    : { pid, bundle: bundleOfShadow(bundle), engine: engineOf(pid, status === "running") };
}

interface ReadState {
  readonly pid?: number;
  readonly bundle?: string;
  readonly status?: unknown;
}

// The part of a runtime's `state` that is read here; nothing of what is no state.
function parsedState(text: string): ReadState {
  try {
    const { pid, bundle, status } = JSON.parse(text) as { readonly [Name in keyof ReadState]: unknown };
    return typeof pid === "number" && typeof bundle === "string" ? { pid, bundle, status } : {};
  } catch {
    return {};
  }
}
