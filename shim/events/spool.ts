import { atFdcwd, native, statFields } from "../../native/native.ts";
import type { HostPath } from "../../oci/grant.ts";
import { open } from "../host/open-flags.ts";
import { writeAll } from "../host/write-all.ts";
import type { SpoolRecord } from "./record.ts";

const lockShared = 1;
const lockNoWait = 4;
const enoent = -2;
const symlinkNoFollow = 0x100;
const [typeMask, directory, othersWrite] = [0o170000, 0o040000, 0o022];
/** As many times a writer begins anew where the monitor has taken the file away. */
const mostTries = 8;
/** The most that waits for a monitor; what comes then is dropped, and counted. */
export const mostBytes = 16n * 2n ** 20n;

/** The files of a spool. */
export interface SpoolFiles {
  /** Records, one a line, in the order in which things happened. */
  readonly log: HostPath;
  /** One byte for each record that was dropped. */
  readonly dropped: HostPath;
  /** A file for each process of ours that makes a container: what the launcher is to write when it has. */
  readonly pending: HostPath;
  /** A file for each container, from its creation to its deletion. */
  readonly live: HostPath;
  /** Their pid files, where the caller wanted none. */
  readonly pids: HostPath;
  /** What their engines have reported, a file for each container until its deletion. */
  readonly reports: HostPath;
}

/** The files of the spool in `folder`. */
export function spoolFiles(folder: HostPath): SpoolFiles {
  const at = (name: string): HostPath => `${folder}/${name}`;
  return {
    log: at("log"),
    dropped: at("dropped"),
    pending: at("pending"),
    live: at("live"),
    pids: at("pids"),
    reports: at("reports"),
  };
}

/**
 * Makes the spool's folders, the one above them too; false where somebody else could write in there: whoever can has files read
 * and written for them.
 */
export function makeSpool(folder: HostPath): boolean {
  const { pending, live, pids, reports } = spoolFiles(folder);
  if (native.mkdirat(atFdcwd, folder, 0o700) === enoent) {
    native.mkdirat(atFdcwd, folder.slice(0, folder.lastIndexOf("/")), 0o700);
    native.mkdirat(atFdcwd, folder, 0o700);
  }
  if (!isOursAlone(folder)) return false;
  for (const path of [pending, live, pids, reports]) native.mkdirat(atFdcwd, path, 0o700);
  return true;
}

/** Whether a folder is ours, and nobody else may write in it (native/launcher/events.c asks the same). */
function isOursAlone(folder: HostPath): boolean {
  const stat = new BigInt64Array(statFields.count);
  if (native.fstatat(atFdcwd, folder, symlinkNoFollow, stat) < 0) return false;
  const mode = Number(stat[statFields.mode]);
  const isFolder = (mode & typeMask) === directory;
  return isFolder && (mode & othersWrite) === 0 && Number(stat[statFields.uid]) === native.geteuid();
}

/**
 * Writes a record behind those that are there; false where it was dropped, for the spool's bound, because the disk is
 * full, or the spool is not ours. It never waits and never throws: no container is to suffer from being told of.
 */
export function appendRecord(folder: HostPath, record: SpoolRecord): boolean {
  if (!isOursAlone(folder)) return false;
  const files = spoolFiles(folder);
  // The line feed before it ends what a full disk may have cut short.
  const appended = append(files.log, new TextEncoder().encode(`\n${JSON.stringify(record)}\n`));
  if (!appended) countDrop(files.dropped);
  return appended;
}

function append(path: HostPath, line: Uint8Array): boolean {
  const fd = openLocked(path);
  if (fd < 0) return false;
  const stat = new BigInt64Array(statFields.count);
  native.fstat(fd, stat);
  const fits = (stat[statFields.size] ?? 0n) + BigInt(line.length) <= mostBytes;
  const written = fits && native.write(fd, line.buffer, line.byteOffset, line.length) === line.length;
  native.close(fd);
  return written;
}

// The monitor renames the file, then locks it for itself, and then there is no writer left that could have it open.
function openLocked(path: HostPath): number {
  for (let tries = 0; tries < mostTries; tries++) {
    const fd = native.openat(
      atFdcwd,
      path,
      open.writeOnly | open.create | open.append | open.noFollow | open.nonBlocking,
      0o600,
    );
    if (fd < 0) return fd;
    if (native.flock(fd, lockShared | lockNoWait) >= 0 && isAt(fd, path)) return fd;
    native.close(fd);
  }
  return -1;
}

function isAt(fd: number, path: HostPath): boolean {
  const [ours, there] = [new BigInt64Array(statFields.count), new BigInt64Array(statFields.count)];
  return (
    native.fstat(fd, ours) >= 0 &&
    native.fstatat(atFdcwd, path, 0, there) >= 0 &&
    ours[statFields.ino] === there[statFields.ino]
  );
}

function countDrop(path: HostPath): void {
  const flags = open.writeOnly | open.create | open.append | open.noFollow | open.nonBlocking;
  const fd = native.openat(atFdcwd, path, flags, 0o600);
  if (fd < 0) return;
  writeAll(fd, ".");
  native.close(fd);
}

/** Microseconds since 1970. */
export function now(): number {
  const time = new BigInt64Array(1);
  native.clockTime(0, time.buffer, 0);
  return Number((time[0] ?? 0n) / 1000n);
}
