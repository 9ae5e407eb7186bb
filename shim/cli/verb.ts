import type { Flag } from "./argv.ts";
import type { Call } from "./call.ts";

/** A verb as its caller sees it. */
export interface Verb {
  readonly name: string;
  /** What stands after the flags. */
  readonly operands: string;
  readonly least: number;
  readonly most: number;
  readonly summary: string;
  readonly flags: readonly Flag[];
  /** The verbs of which one follows this word, where it is no verb by itself. Their names are of two words. */
  readonly verbs?: readonly Verb[];
  /** It changes a container's life: the monitor is told. */
  readonly tells?: true;
  /** Loads the verb's file and returns the exit code. */
  readonly run: (call: Call) => Promise<number>;
}
