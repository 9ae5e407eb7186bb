import { restoreEnvironment } from "./callers-environment.ts";
import { guessOpenFilesLimit, setOpenFilesLimit } from "./open-files-limit.ts";

/** Gives the process back what the caller had, before anything is handed on: environment and limit of open files. */
export function restoreCaller(): void {
  const openFiles = restoreEnvironment();
  if (openFiles === undefined) guessOpenFilesLimit();
  else setOpenFilesLimit(openFiles);
}
