import { WrunError, type ErrorCode } from "../../oci/error.ts";
import { oneLine } from "../one-line.ts";

// errno(3), with the texts of strerror(3): Podman tells errors apart by them.
const errors: Readonly<Record<number, readonly [ErrorCode, string]>> = {
  1: ["permission", "Operation not permitted"],
  2: ["not-found", "No such file or directory"],
  3: ["not-found", "No such process"],
  5: ["io", "Input/output error"],
  6: ["invalid", "No such device or address"],
  7: ["invalid", "Argument list too long"],
  9: ["io", "Bad file descriptor"],
  11: ["io", "Resource temporarily unavailable"],
  12: ["io", "Cannot allocate memory"],
  13: ["permission", "Permission denied"],
  16: ["io", "Device or resource busy"],
  17: ["exists", "File exists"],
  18: ["permission", "Invalid cross-device link"],
  20: ["invalid", "Not a directory"],
  21: ["invalid", "Is a directory"],
  22: ["invalid", "Invalid argument"],
  23: ["io", "Too many open files in system"],
  24: ["io", "Too many open files"],
  27: ["io", "File too large"],
  28: ["io", "No space left on device"],
  30: ["permission", "Read-only file system"],
  32: ["io", "Broken pipe"],
  36: ["invalid", "File name too long"],
  39: ["io", "Directory not empty"],
  40: ["invalid", "Too many levels of symbolic links"],
  122: ["io", "Disk quota exceeded"],
};

/** The result of a system call, or a WrunError that says what was being done to which file. */
export function checked(result: number, action: string, path: string): number {
  if (result < 0) throw systemError(result, action, path);
  return result;
}

// ENOMEM, ENFILE, EMFILE.
const exhausted: readonly number[] = [-12, -23, -24];

/**
 * The result of opening what need not be there. That we lack descriptors or memory says nothing of a file: it is a
 * WrunError.
 */
export function opened(result: number, path: string): number {
  if (exhausted.includes(result)) throw systemError(result, "open", path);
  return result;
}

/** The error for a system call that returned -errno. */
export function systemError(result: number, action: string, path: string): WrunError {
  const [code, text] = errors[-result] ?? (["io", `errno ${-result}`] as const);
  return new WrunError(code, `cannot ${action} ${oneLine(path, 300)}: ${text}`);
}
