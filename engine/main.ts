import { native } from "../native/native.ts";
import { parseFlags } from "../oci/grant-flags.ts";
import type { EngineCommand } from "../oci/grant-flags.ts";
import type { Grant } from "../oci/grant.ts";
import { endGuest } from "./exit.ts";
import { waitForStart } from "./gate.ts";
import { loadGuest, type LoadedGuest } from "./guest.ts";
import { jsc } from "./jsc.ts";
import { runsAsItIs } from "./module/quick-look.ts";
import { openHostFile, opened, readWhole } from "./read-file.ts";
import { Reports } from "./reports.ts";
import { setLimits } from "./rlimits.ts";
import { handleSignals } from "./signals.ts";
import { openGuestFile, openPreopens } from "./wasi/preopens.ts";
import type { PreopenTable } from "./wasi/preopens.ts";

/**
 * Runs `wrun wasm …`. The exit code comes back only where the guest's end has not ended the process.
 * What most starts do not need is imported where it is: each function of a module that is loaded costs.
 */
export async function runEngine(argv: readonly string[]): Promise<number> {
  if (argv[0] === "--help") return (await import("./help.ts")).printHelp();
  try {
    const command = parseFlags(argv, native.environ());
    if (command.options.noJit) (await import("./interpreter.ts")).interpretOnly(command);
    return await runCommand(command);
  } catch (error) {
    return (await import("./failure.ts")).endFailed(error, { file: undefined, reports: new Reports({}) });
  }
}

/** What belongs to one run from its first step to its last. */
interface Run {
  readonly command: EngineCommand;
  readonly preopens: PreopenTable;
  readonly reports: Reports;
}

async function runCommand(command: EngineCommand): Promise<number> {
  const { options } = command;
  const reports = new Reports(options);
  try {
    handleSignals(options.statusFd);
    setLimits(command.grant.limits);
    if (command.grant.umask !== undefined) native.umask(command.grant.umask);
    const run: Run = { command, preopens: openPreopens(command.grant), reports };
    return await runModule(run);
  } catch (error) {
    return (await import("./failure.ts")).endFailed(error, { file: command.grant.module, reports });
  }
}

function readModule(grant: Grant, preopens: PreopenTable): Uint8Array {
  const fd =
    grant.hostModule === true ? openHostFile(grant.module) : opened(openGuestFile(preopens, grant.module));
  return readWhole(fd);
}

async function prepare(bytes: Uint8Array, grant: Grant): Promise<Uint8Array> {
  if (grant.limits.memory === undefined && runsAsItIs(bytes)) return bytes;
  return (await import("./prepare.ts")).prepareModule(bytes, grant);
}

// The bytes of the file live no longer than this.
async function load({ command, preopens, reports }: Run): Promise<LoadedGuest> {
  const { grant, options } = command;
  const file = readModule(grant, preopens);
  const module = await prepare(file, grant);
  const guest = await loadGuest({ engine: jsc, command, preopens, reports }, module);
  reports.loaded(guest.compileMs);
  if (options.describe === true)
    reports.report(await (await import("./describe.ts")).describeModule(file, module));
  return guest;
}

async function runModule(run: Run): Promise<number> {
  const { command, reports } = run;
  const guest = await load(run);
  if (command.options.startFifo !== undefined) waitForStart(command.options.startFifo);
  reports.report({ report: "started" });
  try {
    guest.run();
  } catch (error) {
    const failure = { file: command.grant.module, reports };
    return (await import("./failure.ts")).endBroken(error, failure, jsc);
  }
  return endGuest({ report: "exited", code: 0 }, reports);
}
