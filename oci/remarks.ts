import type { Note } from "./note.ts";

/** Collects what planning has to say about the fields of one config.json. */
export class Remarks {
  readonly warnings: Note[] = [];
  readonly dropped: Note[] = [];
  readonly origins: Note[] = [];

  /** The user should know this before the container runs. */
  warn(field: string, text: string): void {
    this.warnings.push({ field, text });
  }

  /** The guest does not get this. */
  drop(field: string, text: string): void {
    this.dropped.push({ field, text });
  }

  /** The guest gets this. */
  grant(field: string, text: string): void {
    this.origins.push({ field, text });
  }
}
