/** What went wrong, as a closed set: each front door has one table from these to its own codes. */
export type ErrorCode =
  | "invalid" // the caller or the bundle gave something that cannot be right
  | "not-found" // the container, file or function named does not exist
  | "exists" // the id is taken
  | "precondition" // the container is in the wrong state for this verb
  | "unsupported" // asked for something that this sandbox or this version cannot give
  | "permission" // the kernel or the grant refused
  | "io"; // the host failed us: disk, process, descriptor

/** The one error class. `message` is one line that names the file or field and says what to do. */
export class WrunError extends Error {
  override readonly name = "WrunError";
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
