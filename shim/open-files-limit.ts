import { native } from "../native/native.ts";
import { linuxFiles } from "./host/files.ts";

const rlimitNofile = 7;

/**
 * Sets the soft limit of open files, where it is lower. Bun raises that of its process to the hard one when it starts,
 * and a container without a limit of its own would inherit it.
 */
export function setOpenFilesLimit(soft: number): void {
  const ours = native.getrlimit(rlimitNofile);
  if (typeof ours === "number" || !(soft < (ours[0] < 0 ? Infinity : ours[0]))) return;
  native.setrlimit(rlimitNofile, soft, ours[1]);
}

/** The same where the launcher has not told what the limit was: our caller probably has it still. */
export function guessOpenFilesLimit(): void {
  const ours = native.getrlimit(rlimitNofile);
  const callers = callersLimit();
  if (typeof ours === "number" || ours[0] !== ours[1] || callers?.hard !== ours[1]) return;
  setOpenFilesLimit(callers.soft);
}

/** The limits of open files of the process that started us. proc(5): `Max open files   1024    524288   files` */
export function callersLimit(): { readonly soft: number; readonly hard: number } | undefined {
  const text = linuxFiles.readText(`/proc/${native.getppid()}/limits`);
  const [, soft, hard] = /^Max open files\s+(\d+)\s+(\d+)/m.exec(text ?? "") ?? [];
  return soft === undefined ? undefined : { soft: Number(soft), hard: Number(hard) };
}
