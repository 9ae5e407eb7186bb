import { native } from "../native/native.ts";
import type { EngineReport } from "../oci/report.ts";
import { exemptFromFileSize } from "./wasi/file-size.ts";

/** The exit code of an engine whose creator is gone: nobody sees it. */
export const abandoned = 125;

/** The engine's side of oci/report.ts: one line for each turn in the guest's life. */
export class Reports {
  readonly #statusFd: number | undefined;
  #readyFd: number | undefined;

  constructor(options: { readonly statusFd?: number; readonly readyFd?: number }) {
    this.#statusFd = options.statusFd;
    this.#readyFd = options.readyFd;
  }

  /** Whether somebody waits for `loaded`: should it not come, they tell why, so that it is told once. */
  get awaited(): boolean {
    return this.#readyFd !== undefined;
  }

  /** The guest could start now. `create` waits for this on the ready descriptor; had it been killed, nobody would start the guest. */
  loaded(compileMs: number): void {
    this.report({ report: "loaded", compileMs: Math.round(compileMs * 1000) / 1000 });
    if (this.#readyFd === undefined) return;
    if (!writeText(this.#readyFd, '{"report":"loaded"}\n')) native.exit(abandoned);
    native.close(this.#readyFd);
    this.#readyFd = undefined;
  }

  report(report: EngineReport): void {
    const fd = this.#statusFd;
    if (fd !== undefined) exemptFromFileSize(() => writeText(fd, `${JSON.stringify(report)}\n`));
  }
}

/** Writes the whole of `text`; false where nobody can take it. */
export function writeText(fd: number, text: string): boolean {
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length;) {
    const written = native.write(fd, bytes.buffer, bytes.byteOffset + at, bytes.length - at);
    if (written <= 0) return false;
    at += written;
  }
  return true;
}
