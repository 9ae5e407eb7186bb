import { native } from "../../native/native.ts";
import { type Ended, runProgram } from "../host/children.ts";
import { linuxHost } from "../host/linux.ts";
import { writeAll } from "../host/write-all.ts";
import type { KernelCall } from "../kernel/kernel-call.ts";
import { runKernel } from "../kernel/kernel.ts";
import { kernelRoots } from "../kernel/kernel-state.ts";
import { findLowLevelRuntime, lowLevelRuntime } from "../kernel/low-level-runtime.ts";
import { callersRoot, isThere } from "../sandbox/callers-root.ts";
import { EmbeddedSandbox } from "../sandbox/embedded.ts";
import { collected } from "../task/pipes.ts";
import { sandboxChoice } from "./global-flags.ts";
import { mergedList } from "./list-merge.ts";
import { type Row, rowsOf } from "./list.ts";
import type { Log } from "./log.ts";
import { print } from "./print.ts";

const stderr = 2;
/** Of the text that a low-level runtime prints, in characters. */
const longestList = 64 * 2 ** 20;

/**
 * `wrun list`: the low-level runtime's containers as it lists them, and the embedded ones where no sandbox was named.
 * Undefined where the latter are all that there can be: then the verb of our own answers.
 */
export async function listBoth(call: KernelCall, log: Log): Promise<number | undefined> {
  const { flags } = call;
  const given = flags.value("--root");
  if (sandboxChoice(flags) === "kernel") return listKernel(call, log);
  const runtime = lowLevelRuntime(flags.value("--runtime-path"));
  const isRoot = native.geteuid() === 0;
  const hasKernel = runtime !== undefined && kernelRoots(given).some(isThere);
  if (runtime === undefined || given === "" || (!isRoot && !hasKernel)) return undefined;
  const host = linuxHost();
  const root = callersRoot(given);
  const containers = new EmbeddedSandbox({ host, root, log }).list();
  const isShared = given !== undefined && isThere(root.path);
  if (containers.length === 0 && !isShared) return runKernel(call, log);
  if (!hasKernel) return undefined;
  return printMerged([runtime, ...call.argv], rowsOf(containers, host), flags.value("--format") === "json");
}

// runc would tell of our folder in a root that both share.
function listKernel(call: KernelCall, log: Log): Promise<number> {
  const { flags, argv } = call;
  const given = flags.value("--root");
  if (given === undefined || given === "" || !isThere(callersRoot(given).path)) return runKernel(call, log);
  return printMerged([findLowLevelRuntime(flags.value("--runtime-path")), ...argv], [], false);
}

async function printMerged(
  argv: readonly [string, ...string[]],
  rows: readonly Row[],
  isJson: boolean,
): Promise<number> {
  const listed = await outputOf(argv);
  writeAll(stderr, withoutOurs(listed.stderr));
  print(mergedList(listed.stdout, listed.code === 0 ? rows : [], isJson));
  return listed.code;
}

interface Output {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function outputOf(argv: readonly [string, ...string[]]): Promise<Output> {
  let ended: Ended | undefined;
  let errors = "";
  const into =
    (out: number) =>
    async (errorsTo: number): Promise<void> => {
      ended = await runProgram({ path: argv[0], argv, env: native.environ(), fds: [0, out, errorsTo] });
    };
  const stdout = await collected(async (out) => {
    errors = await collected(into(out), longestList);
  }, longestList);
  return { code: ended?.exitStatus ?? 1, stdout, stderr: errors };
}

/** What `list` says on stderr, without runc's line about our folder in its root: it has one for each that is no container of its. */
export function withoutOurs(text: string): string {
  return text.replaceAll(/^load container \.wrun: .*\n/gm, "");
}
