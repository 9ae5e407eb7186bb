import { readdirSync, readlinkSync } from "node:fs";

/** What a process has open, by number; `folder` is its /proc/PID/fd. What it closes meanwhile is left out. */
export function descriptorsIn(folder: string): ReadonlyMap<number, string> {
  return new Map(readdirSync(folder).flatMap((fd) => entry(folder, fd)));
}

function entry(folder: string, fd: string): readonly (readonly [number, string])[] {
  try {
    return [[Number(fd), readlinkSync(`${folder}/${fd}`)]];
  } catch {
    return [];
  }
}
