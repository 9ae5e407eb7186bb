import { atFdcwd, native, statFields } from "../../native/native.ts";
import { planExec, type ExecPlan, grantOf } from "../../oci/exec.ts";
import { guestEnvPrefix } from "../../oci/grant-flags.ts";
import type { HostPath } from "../../oci/grant.ts";
import { parseProcess, parseRuntimeSpec } from "../../oci/parse-runtime-spec.ts";
import type { Process, RuntimeSpec } from "../../oci/runtime-spec.ts";
import { linuxFiles } from "../host/files.ts";
import { HostProbe } from "../host/probe.ts";
import { absolutePath } from "../sandbox/state-root.ts";
import { replaceFile } from "./replace-file.ts";
import type { KernelCall } from "./kernel-call.ts";
import { outputOf } from "./output-of.ts";

/**
 * The command line for an `exec`. Where the command is wasm in a container whose guest is ours, the engine takes
 * its place: in the file that `--process` names, or in the words after the id. Whatever is wrong with the
 * container, the low-level runtime tells.
 */
export function execArgv(call: KernelCall, runtime: string): readonly string[] {
  const container = findContainer(call, runtime);
  if (container === undefined) return call.argv;
  const file = call.flags.value("--process");
  if (file === undefined) return execWords(call, container);
  const path = absolutePath(file, process.cwd());
  const text = processText(path);
  const plan = text === undefined ? undefined : planExecIn(container, parseProcess(text));
  if (plan?.kind === "wasm") replaceFile(path, JSON.stringify(plan.process));
  return call.argv;
}

// What comes through a pipe can be read once, and that is the low-level runtime's.
function processText(path: HostPath): string | undefined {
  const stat = new BigInt64Array(statFields.count);
  native.fstatat(atFdcwd, path, 0, stat);
  const isPipe = (Number(stat[statFields.mode]) & 0o170000) === 0o010000;
  return isPipe ? undefined : linuxFiles.readText(path, { followLink: true });
}

/** A container that runs, with its config.json as the low-level runtime has it. */
export interface RunningContainer {
  readonly pid: number;
  readonly bundle: string;
  readonly spec: RuntimeSpec;
}

function execWords(call: KernelCall, container: RunningContainer): readonly string[] {
  const { argv, command, env, flags } = call;
  const inherited = grantOf(container.spec) ?? container.spec.process ?? {};
  const added = env.map(({ word, from }) => argv[word]?.slice(from) ?? "");
  const plan = planExecIn(container, {
    args: argv.slice(command),
    env: [...(inherited.env ?? []), ...added],
    cwd: flags.value("--cwd") ?? inherited.cwd ?? "/",
  });
  if (plan.kind === "forward") return argv;
  const wrapped = argv.slice(0, command);
  for (const { word, from } of env) wrapped[word] = wrap(wrapped[word] ?? "", from);
  return [...wrapped, ...(plan.process.args ?? [])];
}

function wrap(word: string, from: number): string {
  return word.slice(0, from) + guestEnvPrefix + word.slice(from);
}

/** Decides what a process that is executed in a container will be. */
export function planExecIn({ pid, bundle, spec }: RunningContainer, execProcess: Process): ExecPlan {
  using probe = new HostProbe({ bundle, rootfs: `/proc/${pid}/root/.`, mounts: [] });
  const ids = { uid: native.geteuid(), gid: native.getgid() };
  return planExec({
    spec,
    process: execProcess,
    probe,
    bundle,
    sandbox: "kernel",
    scratch: bundle,
    listenFds: 0,
    ...ids,
  });
}

function findContainer(
  { flags, operands: [id = ""] }: KernelCall,
  runtime: string,
): RunningContainer | undefined {
  const root = flags.value("--root");
  const state = outputOf([runtime, ...(root === undefined ? [] : ["--root", root]), "state", id]);
  if (state === undefined) return undefined;
  const { pid, bundle } = JSON.parse(state) as { readonly pid: number; readonly bundle: string };
  const text = linuxFiles.readText(`${bundle}/config.json`, { followLink: true });
  return text === undefined ? undefined : { pid, bundle, spec: parseRuntimeSpec(text) };
}
