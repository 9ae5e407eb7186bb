import { WrunError } from "../oci/error.ts";

/** What is written of an error: its message, or that it is a bug of ours where it is neither a WrunError nor the system's. */
export function problemOf(error: unknown): string {
  if (error instanceof WrunError || isSystemError(error)) return error.message;
  return `internal error, please report it: ${String(error)}`;
}

/** Whether a system call failed that Node's API made: no descriptors left, no space on the disk. */
export function isSystemError(error: unknown): error is Error {
  return (
    error instanceof Error && "syscall" in error && "code" in error && /^E[A-Z0-9]+$/.test(String(error.code))
  );
}
