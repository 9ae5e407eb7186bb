import type { Host } from "../host/host.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import type { Flags } from "./argv.ts";
import type { Log } from "./log.ts";

/** One call of a verb: what the caller said, and what the verb works with. */
export interface Call {
  readonly flags: Flags;
  readonly operands: readonly string[];
  readonly workingDirectory: () => string;
  readonly host: Host;
  readonly log: Log;
  /** Opened only by the verbs that need it. */
  readonly sandbox: () => Sandbox;
  readonly print: (text: string) => void;
}
