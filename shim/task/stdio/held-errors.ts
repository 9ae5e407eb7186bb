import { native } from "../../../native/native.ts";
import { checked, systemError } from "../../host/errno.ts";
import { open } from "../../host/open-flags.ts";
import { closeOnce, forget, ready, whenReady } from "../../host/readiness.ts";
import { reopen } from "../../host/reopen.ts";
import { giveTo, type StreamOwner } from "./fifo.ts";
import type { ProcessIo } from "./process-io.ts";
import { pump, writeRest } from "./pump.ts";

const eagain = -11;
const chunk = 16 * 1024;
/** Of what is written before the process is made. An error of crun's or runc's has a word of the command line at most. */
const maxHeldBytes = 2 ** 20;
/** How long drained() waits for a slow reader. */
const drainTimeoutMs = 10_000;

/**
 * The streams of a process that will probably not be made. crun and runc write why to their standard error as well as to
 * their log, and that is to be the process's own. Here it is a pipe: where the process is not made, what was written is
 * dropped, as by containerd's own shim, and where it is, copied for as long as it lives.
 */
export function holdErrors(io: ProcessIo, owner: StreamOwner | undefined): ProcessIo {
  const [stdin, stdout, errors] = io.fds;
  if (errors < 0) return io;
  const pipe = native.pipe();
  if (typeof pipe === "number") throw systemError(pipe, "create", "a pipe");
  const [reader, writer] = pipe;
  const closeReader = closeOnce(reader);
  const closeWriter = closeOnce(writer);
  const closing = [closeReader, closeWriter];
  const close = (): void => closing.forEach((each) => each());
  try {
    giveTo(owner, writer, "a pipe");
    native.setFlags(reader, open.readOnly | open.nonBlocking);
  } catch (error) {
    close();
    throw error;
  }
  let isMade = false;
  const held = hold(reader, () => isMade);
  let copied: Promise<void> = Promise.resolve();
  return {
    ...io,
    fds: [stdin, stdout, writer],
    handOver: async () => {
      const flags = open.writeOnly | open.append | open.nonBlocking | open.noTerminal;
      const target = checked(reopen(errors, flags), "open", "standard error");
      const closeTarget = closeOnce(target);
      closing.push(closeTarget);
      closeWriter();
      isMade = true;
      forget(reader);
      copied = copy(await held, reader, target).finally(close);
      await io.handOver();
    },
    drained: async () => {
      await within(copied, drainTimeoutMs);
      await io.drained();
    },
    close: () => {
      close();
      io.close();
    },
  };
}

/** What is written until `isMade`, and forget() is called, or there is too much of it. */
async function hold(reader: number, isMade: () => boolean): Promise<readonly ArrayBuffer[]> {
  const held: ArrayBuffer[] = [];
  const buffer = new ArrayBuffer(chunk);
  try {
    for (let length = 0; length < maxHeldBytes && !isMade();) {
      if ((await whenReady(reader, ready.read)) === 0) break;
      const got = native.read(reader, buffer, 0, chunk);
      if (got === eagain) continue;
      if (got <= 0) break;
      held.push(buffer.slice(0, got));
      length += got;
    }
  } catch {
    // The kernel has no room to watch it: what is written waits in the pipe.
  }
  return held;
}

async function copy(held: readonly ArrayBuffer[], reader: number, target: number): Promise<void> {
  try {
    for (const part of held) if (!(await writeRest(target, part))) return;
    await pump(reader, target);
  } catch {
    // The kernel has no room to watch one end: the copying ends, and nothing else.
  }
}

async function within(done: Promise<void>, timeoutMs: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, timeoutMs);
  await Promise.race([done, promise]);
  clearTimeout(timer);
}
