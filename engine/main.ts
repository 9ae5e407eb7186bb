import { native } from "../native/native.ts";
import { WrunError } from "../oci/error.ts";
import type { GuestPath } from "../oci/grant.ts";
import { parseFlags } from "../oci/grant-flags.ts";
import type { EngineCommand } from "../oci/grant-flags.ts";
import { endGuest, tellBug, tellFailure, tellTrap } from "./exit.ts";
import { waitForStart } from "./gate.ts";
import { loadGuest } from "./guest.ts";
import { interpretOnly } from "./interpreter.ts";
import { jsc } from "./jsc.ts";
import { prepareModule } from "./load.ts";
import { openHostFile, opened, readWhole } from "./read-file.ts";
import { Reports } from "./reports.ts";
import { setLimits } from "./rlimits.ts";
import { handleSignals } from "./signals.ts";
import { openStatusFile } from "./status-file.ts";
import { openGuestFile, openPreopens } from "./wasi/preopens.ts";
import type { PreopenTable } from "./wasi/preopens.ts";

/** Runs `wrun wasm …`. The exit code comes back only where the guest's end has not ended the process. */
export function runEngine(argv: readonly string[]): number | Promise<number> {
  if (argv[0] === "--help") return import("./help.ts").then(({ printHelp }) => printHelp());
  try {
    const command = parseFlags(argv, native.environ());
    if (command.options.noJit) interpretOnly();
    return runCommand(command);
  } catch (error) {
    return fail(error, { file: undefined, reports: new Reports({}) });
  }
}

/** What belongs to one run from its first step to its last. */
interface Run {
  readonly command: EngineCommand;
  readonly preopens: PreopenTable;
  readonly reports: Reports;
}

function runCommand(command: EngineCommand): number | Promise<number> {
  const { grant } = command;
  const options = openStatusFile(command.options);
  const failure: Failure = { file: grant.module, reports: new Reports(options) };
  try {
    handleSignals(options.statusFd);
    setLimits(grant.limits);
    const run: Run = { command, preopens: openPreopens(grant), reports: failure.reports };
    const module = prepareModule(readModuleFile(run), grant);
    if (!(module instanceof Promise)) return runGuest(run, module);
    return module.then((bytes) => runGuest(run, bytes)).catch((error: unknown) => fail(error, failure));
  } catch (error) {
    return fail(error, failure);
  }
}

function readModuleFile({ command: { grant, options }, preopens }: Run): Uint8Array {
  const fd = options.hostModule ? openHostFile(grant.module) : opened(openGuestFile(preopens, grant.module));
  return readWhole(fd);
}

function runGuest({ command, preopens, reports }: Run, module: Uint8Array): never {
  const guest = loadGuest({ engine: jsc, command, preopens, reports }, module);
  reports.loaded();
  if (command.options.startFifo !== undefined) waitForStart(command.options.startFifo);
  reports.report({ report: "started" });
  try {
    guest.run();
  } catch (error) {
    const trap = jsc.trapOf(error);
    if (trap === undefined) throw error;
    endGuest(tellTrap(trap), reports);
  }
  return endGuest({ report: "exited", code: 0 }, reports);
}

/** What a message about a failure needs to know. */
interface Failure {
  readonly file: GuestPath | undefined;
  readonly reports: Reports;
}

function fail(error: unknown, { file, reports }: Failure): number {
  if (error instanceof WrunError) return endGuest(tellFailure(error, file, reports), reports);
  return tellBug(error);
}
