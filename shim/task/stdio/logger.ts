import { native } from "../../../native/native.ts";
import { WrunError } from "../../../oci/error.ts";
import type { HostPath } from "../../../oci/grant.ts";
import { startProgram, whenEnded } from "../../host/children.ts";
import { systemError } from "../../host/errno.ts";
import { closeWatched, forget, ready, whenReady } from "../../host/readiness.ts";
import { plainOutput, type Output } from "./output.ts";

/** Whose output a logger takes: it learns it from its environment. */
export interface LoggedContainer {
  readonly id: string;
  readonly namespace: string;
}

/** How long a logger may take until it is ready, and to end when its container is deleted, in milliseconds. */
const usualPatience = { start: 10_000, end: 6000 };
const [sigkill, sigterm] = [9, 15];

/** How a logger says that it is ready: `binary://` closes descriptor 5, `binary-v2://` (containerd 2.2) writes a byte to it. */
export type ReadyBy = "close" | "byte";

/** What `binary://PATH?name=value` names. What the query says are the arguments. */
export interface LoggerProgram {
  readonly readyBy: ReadyBy;
  readonly path: HostPath;
  readonly args: readonly string[];
}

/** A program that takes standard output and error. */
export interface Logger {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly isReady: Promise<void>;
}

/**
 * Starts a logger. Its descriptors 3 and 4 are the container's output and error, and by 5 it says when it is ready
 * (containerd: core/runtime/v2/README.md, "Logging").
 */
export function startLogger(
  { path, args, readyBy }: LoggerProgram,
  { id, namespace }: LoggedContainer,
  patience = usualPatience,
): Logger {
  using undo = new DisposableStack();
  const [[out, toOut], [err, toErr], [told, tells]] = [newPipe(undo), newPipe(undo), newPipe(undo)];
  const environment = native.environ();
  const pid = startProgram({
    path,
    argv: [path, ...args],
    env: [...environment, `CONTAINER_ID=${id}`, `CONTAINER_NAMESPACE=${namespace}`],
    fds: [-1, -1, -1, out, err, tells],
  });
  undo.move();
  for (const fd of [out, err, tells]) native.close(fd);
  const ended = whenEnded(pid);
  const stdout = plainOutput(toOut);
  const close = (): void => {
    stdout.close();
    void end(pid, ended, patience.end);
  };
  const isReady = waitReady(told, { path, readyBy }, patience.start);
  return { stdout: { ...stdout, close }, stderr: plainOutput(toErr), isReady };
}

const readySigns: Readonly<Record<ReadyBy, string>> = {
  close: "close descriptor",
  byte: "write a byte to descriptor",
};

async function waitReady(
  told: number,
  { path, readyBy }: Omit<LoggerProgram, "args">,
  patience: number,
): Promise<void> {
  const timer = setTimeout(() => forget(told), patience);
  const events = await whenReady(told, ready.read);
  clearTimeout(timer);
  closeWatched(told);
  const isReady = readyBy === "close" ? events !== 0 : (events & ready.read) !== 0;
  if (!isReady)
    throw new WrunError("io", `the logger ${path} does not get ready: it must ${readySigns[readyBy]} 5`);
}

// Its pipes are closed: it reads what is left, and ends. What does not is asked to, and then made to.
async function end(pid: number, ended: Promise<unknown>, patience: number): Promise<void> {
  const timers = [
    setTimeout(() => native.kill(pid, sigterm), patience),
    setTimeout(() => native.kill(pid, sigkill), 2 * patience),
  ];
  await ended;
  timers.forEach(clearTimeout);
}

function newPipe(undo: DisposableStack): readonly [number, number] {
  const pipe = native.pipe();
  if (typeof pipe === "number") throw systemError(pipe, "create", "a pipe");
  for (const fd of pipe) undo.defer(() => native.close(fd));
  return pipe;
}
