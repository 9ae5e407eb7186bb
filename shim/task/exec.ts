import { native } from "../../native/native.ts";
import { parseProcess } from "../../oci/parse-runtime-spec.ts";
import type { HostPath } from "../../oci/grant.ts";
import type { RuntimeSpec } from "../../oci/runtime-spec.ts";
import { adoptChild, whenEnded } from "../host/children.ts";
import { linuxFiles } from "../host/files.ts";
import { planExecIn } from "../kernel/exec.ts";
import type { LowLevelRuntime } from "./low-level.ts";
import { consoleFlags, readPid } from "./made-process.ts";
import type { Pod } from "./pod.ts";
import { openIo } from "./stdio/open-io.ts";
import type { ProcessIo } from "./stdio/process-io.ts";
import type { TaskProcess } from "./task-process.ts";

/** The container that a process is executed in. */
export interface ExecPlace {
  readonly id: string;
  readonly bundle: HostPath;
  readonly spec: RuntimeSpec;
  readonly runtime: LowLevelRuntime;
  readonly init: TaskProcess;
  readonly pod: Pod;
  /** Resolves when the container's first process has ended. */
  readonly gone: Promise<unknown>;
}

const sigkill = 9;
let count = 0;

/** Executes what `process` names in a container; wasm runs in an engine of its own. */
export async function startExec(container: ExecPlace, process: TaskProcess): Promise<void> {
  const spec = processSpec(container, process);
  const { namespace, sockets } = container.pod;
  const io = await openIo(process.names, { id: container.id, namespace, sockets });
  process.attach(io);
  const file: HostPath = `${container.bundle}/exec-${++count}`;
  try {
    linuxFiles.writeText(`${file}.json`, spec, 0o600);
    process.pid = await adoptChild(() => execute(container, file, io));
    await io.handOver();
  } catch (error) {
    io.close();
    if (process.pid > 0) void killed(process.pid);
    throw error;
  } finally {
    for (const name of [`${file}.json`, `${file}.pid`]) linuxFiles.removeFile(name);
  }
}

async function killed(pid: number): Promise<void> {
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
function processSpec(container: ExecPlace, { spec, names }: TaskProcess): string {
  const { bundle, init } = container;
  const asked = parseProcess(spec);
  const process =
    (asked.terminal ?? false) === names.terminal ? asked : { ...asked, terminal: names.terminal };
  const plan = planExecIn({ pid: init.pid, bundle, spec: container.spec }, process);
  if (plan.kind === "wasm") return JSON.stringify(plan.process);
  return process === asked ? spec : JSON.stringify(process);
}
