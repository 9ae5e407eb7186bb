import { native } from "../../native/native.ts";
import { linuxFiles } from "../host/files.ts";

const rlimitNofile = 7;

/**
 * Gives the limit of open files back as our caller had it. Bun raises the soft limit of its process to the hard
 * one when it starts, and a container without a limit of its own would inherit that. What it was before is
 * told by nobody, but our caller has it still.
 */
export function restoreOpenFilesLimit(): void {
  const ours = native.getrlimit(rlimitNofile);
  if (typeof ours === "number" || ours[0] !== ours[1]) return;
  const callers = callersLimit();
  if (callers !== undefined && callers.hard === ours[1] && callers.soft < ours[0])
    native.setrlimit(rlimitNofile, callers.soft, ours[1]);
}

/** The limits of open files of the process that started us. proc(5): `Max open files   1024    524288   files` */
export function callersLimit(): { readonly soft: number; readonly hard: number } | undefined {
  const text = linuxFiles.readText(`/proc/${native.getppid()}/limits`);
  const [, soft, hard] = /^Max open files\s+(\d+)\s+(\d+)/m.exec(text ?? "") ?? [];
  return soft === undefined ? undefined : { soft: Number(soft), hard: Number(hard) };
}
