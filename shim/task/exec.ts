import { atFdcwd, native } from "../../native/native.ts";
import { parseProcess } from "../../oci/parse-runtime-spec.ts";
import type { EngineProcess } from "../../oci/exec.ts";
import type { HostPath } from "../../oci/grant.ts";
import { adoptChild, whenEnded } from "../host/children.ts";
import { linuxFiles } from "../host/files.ts";
import { planExecIn } from "../kernel/exec.ts";
import type { LowLevelRuntime } from "./low-level.ts";
import { consoleFlags, missingFile, readPid, withOwnErrors } from "./made-process.ts";
import { mayNotBeExecuted } from "./may-not-start.ts";
import type { Pod } from "./pod.ts";
import type { StreamOwner } from "./stdio/fifo.ts";
import { openIo } from "./stdio/open-io.ts";
import type { ProcessIo } from "./stdio/process-io.ts";
import type { TaskProcess } from "./task-process.ts";

/** The container that a process is executed in. */
export interface ExecPlace {
  readonly id: string;
  readonly bundle: HostPath;
  /** Of a wasm container: how its engine was started. */
  readonly guest?: { readonly engine: EngineProcess };
  readonly runtime: LowLevelRuntime;
  readonly init: TaskProcess;
  readonly pod: Pod;
  /** Resolves when the container's first process has ended. */
  readonly gone: Promise<unknown>;
  /** Who is to own the FIFOs of its streams. */
  readonly owner?: StreamOwner;
}

const sigkill = 9;
let count = 0;

/** Executes what `process` names in a container; wasm runs in an engine of its own. */
export async function startExec(container: ExecPlace, process: TaskProcess): Promise<void> {
  const file: HostPath = `${container.bundle}/exec-${++count}`;
  const io = await prepare(container, process, file);
  try {
    io.start();
    process.pid = await adoptChild(() => execute(container, file, io));
    await io.handOver();
  } catch (error) {
    io.close();
    if (process.pid > 0) void endAdopted(process.pid);
    throw error;
  } finally {
    for (const name of [`${file}.json`, `${file}.pid`]) native.unlinkat(atFdcwd, name, 0);
  }
}

async function prepare(container: ExecPlace, process: TaskProcess, file: HostPath): Promise<ProcessIo> {
  const { id, owner } = container;
  const { namespace, sockets } = container.pod;
  try {
    const { text, mayFail } = processSpec(container, process);
    linuxFiles.writeText(`${file}.json`, text, 0o600);
    const owned = owner === undefined ? {} : { owner };
    const io = await withOwnErrors(await openIo(process.names, { id, namespace, sockets, ...owned }), {
      mayFail,
      ...owned,
    });
    process.attach(io);
    return io;
  } catch (error) {
    native.unlinkat(atFdcwd, `${file}.json`, 0);
    throw missingFile(error);
  }
}

// It runs, but without its streams: nobody has any use for it.
async function endAdopted(pid: number): Promise<void> {
  native.kill(pid, sigkill);
  await whenEnded(pid);
}

async function execute({ id, runtime, gone }: ExecPlace, file: HostPath, io: ProcessIo): Promise<number> {
  const files = ["--process", `${file}.json`, "--pid-file", `${file}.pid`];
  await runtime.call("exec", [...files, "--detach", ...consoleFlags(io), id], {
    streams: io.fds,
    pointless: gone,
  });
  return readPid(`${file}.pid`);
}

// What is native stays as it came, but for the terminal, which the request decides.
function processSpec(
  container: ExecPlace,
  { spec, names }: TaskProcess,
): { readonly text: string; readonly mayFail: () => boolean } {
  const { bundle, init } = container;
  const asked = parseProcess(spec);
  const process =
    (asked.terminal ?? false) === names.terminal ? asked : { ...asked, terminal: names.terminal };
  const plan = planExecIn({ pid: init.pid, bundle, engine: container.guest?.engine }, process);
  const isWasm = plan.kind === "wasm";
  const mayFail = (): boolean => mayNotBeExecuted(process, { pid: init.pid, isWasm });
  if (isWasm) return { text: JSON.stringify(plan.process), mayFail };
  return { text: process === asked ? spec : JSON.stringify(process), mayFail };
}
