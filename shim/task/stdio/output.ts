import { atFdcwd, native } from "../../../native/native.ts";
import type { HostPath } from "../../../oci/grant.ts";
import { checked } from "../../host/errno.ts";
import { open } from "../../host/open-flags.ts";
import { closeOnce } from "../../host/readiness.ts";
import { reopen } from "../../host/reopen.ts";
import {
  giveTo,
  type NamedFile,
  openReader,
  openWriter,
  type StreamOwner,
  tryOpenWriter,
  withNamed,
} from "./fifo.ts";

/** Where a process's standard output or error goes. */
export interface Output {
  /** What the process gets. */
  readonly fd: number;
  /** The process has it now: ours is closed, so that its end is the end of what the reader reads. */
  handOver(): void;
  /** A reader that comes again, as containerd does when it is restarted, finds the end of what was written. */
  letReadersIn(): void;
  /** The process has ended; resolves when a reader that has come again has read all, or reads no more. */
  heard(): Promise<void>;
  /** The process is gone, or was never made. */
  close(): void;
}

/** How long letReadersIn() leaves the door open, in milliseconds. */
const welcome = 5000;
/** How long heard() waits for a reader that reads nothing, how long in all, and how often it looks. */
const patience = { idle: 500, all: 2000 };
const pause = 2;
/** How often a FIFO is looked at for its first reader, in milliseconds: soon at first, rarely later. */
const firstReaderPollMs = { min: 2, max: 50 };

/**
 * A FIFO that containerd reads. The process writes into it itself: nothing can be lost on the way, and nothing is
 * buffered here. The reading end that is kept open keeps what was written, and spares the process a SIGPIPE, while
 * containerd is away.
 */
function fifoOutput(file: NamedFile, owner: StreamOwner | undefined): Output {
  const keeper = openReader(file);
  const closeKeeper = closeOnce(keeper);
  try {
    giveTo(owner, keeper, file.path);
    const output = plainOutput(openWriter(keeper, file.path));
    const door = doorOf(keeper);
    const first = firstReaderOf(keeper);
    const close = (): void => {
      first.forget();
      output.close();
      closeKeeper();
      door.close();
    };
    let isReadAnew = false;
    const letReadersIn = (): void => {
      isReadAnew = true;
      door.open();
    };
    const heard = async (): Promise<void> => {
      if (isReadAnew) return untilRead(keeper);
      first.await();
    };
    return { ...output, letReadersIn, heard, close };
  } catch (error) {
    closeKeeper();
    throw error;
  }
}

// A containerd that has been restarted closes what it reads as soon as it hears of an end, though there is more to read
// (1.6, under runc's shim too).
async function untilRead(fd: number): Promise<void> {
  let left = native.bytesReadable(fd);
  const end = Date.now() + patience.all;
  for (let idle = 0; left > 0 && idle < patience.idle && Date.now() < end; idle += pause) {
    await new Promise((resolve) => setTimeout(resolve, pause));
    const now = native.bytesReadable(fd);
    if (now < left) idle = 0;
    left = now;
  }
}

interface FirstReader {
  /** Keeps a writer open until somebody else reads. */
  readonly await: () => void;
  readonly forget: () => void;
}

// containerd opens its end in a goroutine of its own, without waiting for it (fifo.OpenFifo with O_NONBLOCK). On a busy machine a
// short process can have exited by then, and open(2) of a FIFO without a writer would block for ever.
function firstReaderOf(keeper: number): FirstReader {
  let timer: NodeJS.Timeout | undefined;
  let closeWriter = (): void => undefined;
  const look = (writer: number, pauseMs: number): void => {
    if (hasOtherReader(writer, keeper)) return closeWriter();
    const next = Math.min(pauseMs * 2, firstReaderPollMs.max);
    timer = setTimeout(() => look(writer, next), pauseMs);
  };
  return {
    await: () => {
      const writer = tryOpenWriter(keeper);
      if (writer < 0) return;
      closeWriter = closeOnce(writer);
      look(writer, firstReaderPollMs.min);
    },
    forget: () => {
      clearTimeout(timer);
      closeWriter();
    },
  };
}

// poll(2) reports an error on a writing end where nobody reads. Our own end is out of the way for that moment; the writer keeps
// what is in the FIFO.
function hasOtherReader(writer: number, keeper: number): boolean {
  native.dup2(writer, keeper);
  const polled = Int32Array.of(writer, 0, 0);
  native.poll(polled, 1, 0n);
  const reader = reopen(writer, open.readOnly | open.nonBlocking);
  if (reader >= 0) {
    native.dup2(reader, keeper);
    native.close(reader);
  }
  native.setCloexec(keeper, true);
  return ((polled[2] ?? 0) & pollError) === 0;
}

const pollError = 8;

interface Door {
  readonly open: () => void;
  readonly close: () => void;
}

// A reader finds the end of a FIFO once a writer has come and gone. One writer, however often containerd comes back.
function doorOf(keeper: number): Door {
  let isClosed = false;
  let closeLast = (): void => undefined;
  return {
    open: () => {
      closeLast();
      // The number of the keeper may be another file's by then.
      const writer = isClosed ? -1 : tryOpenWriter(keeper);
      if (writer < 0) return;
      const closeWriter = closeOnce(writer);
      const timer = setTimeout(closeWriter, welcome);
      closeLast = () => {
        clearTimeout(timer);
        closeWriter();
      };
    },
    close: () => {
      isClosed = true;
      closeLast();
    },
  };
}

const appended = open.writeOnly | open.append | open.noTerminal;

/** A file that is there, or one that is made: written at its end. Where it is a FIFO that nobody reads, it is an error. */
export function fileOutput(path: HostPath): Output {
  const flags = appended | open.create | open.nonBlocking;
  const fd = checked(native.openat(atFdcwd, path, flags, 0o644), "open", path);
  native.setFlags(fd, open.append);
  return plainOutput(fd);
}

/** A descriptor that needs no more than to be closed. */
export function plainOutput(fd: number): Output {
  const close = closeOnce(fd);
  return { fd, handOver: close, letReadersIn: () => undefined, heard: async () => undefined, close };
}

/** A path without a scheme: a FIFO, or a file that is there. */
export function pathOutput(path: HostPath, owner?: StreamOwner): Output {
  return withNamed(path, (file) =>
    file.isFifo ? fifoOutput(file, owner) : plainOutput(checked(reopen(file.fd, appended), "open", path)),
  );
}
