import { native } from "../../native/native.ts";
import { linuxFiles } from "./files.ts";
import type { Host } from "./host.ts";
import { linuxProcesses } from "./processes.ts";

/** The machine that this process runs on. */
export function linuxHost(): Host {
  return { ...linuxFiles, ...linuxProcesses, uid: native.geteuid(), now: () => new Date() };
}
