import { type ErrorCode, WrunError } from "../../oci/error.ts";
import { oneLine } from "../one-line.ts";
import { isSystemError, problemOf } from "../problem.ts";

/** gRPC's status codes, which ttrpc has too: those that are sent or understood here. */
export const statusCode = {
  ok: 0,
  cancelled: 1,
  unknown: 2,
  invalidArgument: 3,
  deadlineExceeded: 4,
  notFound: 5,
  alreadyExists: 6,
  permissionDenied: 7,
  resourceExhausted: 8,
  failedPrecondition: 9,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
} as const;

/** How a call ended that did not end well. */
export interface Status {
  readonly code: number;
  readonly message: string;
}

const codes = {
  invalid: statusCode.invalidArgument,
  "not-found": statusCode.notFound,
  exists: statusCode.alreadyExists,
  precondition: statusCode.failedPrecondition,
  unsupported: statusCode.unimplemented,
  permission: statusCode.permissionDenied,
  // As every error of containerd's own shims that has no class: another code is a prefix in its clients' messages.
  io: statusCode.unknown,
} as const satisfies Record<ErrorCode, number>;

/** What a caller is told about an error. What is neither a WrunError nor the system's is a bug of ours. */
export function statusOf(error: unknown): Status {
  if (error instanceof WrunError) return { code: codes[error.code], message: named(error) };
  const code = isSystemError(error) ? statusCode.unknown : statusCode.internal;
  return { code, message: oneLine(problemOf(error)) };
}

// containerd's own shims end each message by what it is (github.com/containerd/errdefs), and its clients look for that.
const names: Readonly<Partial<Record<ErrorCode, string>>> = {
  "not-found": "not found",
  exists: "already exists",
  precondition: "failed precondition",
  unsupported: "not implemented",
};

function named({ code, message }: WrunError): string {
  const name = names[code];
  const text = oneLine(message);
  return name === undefined || text.endsWith(name) ? text : `${text}: ${name}`;
}

/** The error for a status that a server answered; it is the error's `cause`. */
export function errorOf(status: Status): WrunError {
  const found = Object.entries(codes).find(([, code]) => code === status.code);
  const code = (found?.[0] ?? "io") as ErrorCode;
  return new WrunError(code, oneLine(status.message), { cause: status });
}

/** The status's code that an error of errorOf() came from, if it did. */
export function statusCodeOf(error: unknown): number | undefined {
  const cause = error instanceof Error ? error.cause : undefined;
  return typeof cause === "object" && cause !== null && "code" in cause ? Number(cause.code) : undefined;
}
