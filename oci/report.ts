/**
 * What the engine reports on its status descriptor, one JSON object a line, in this order:
 * `loaded`, `described` where that was asked for, `started`, then exactly one of the ends. The signal handler writes `signalled` in C, so its
 * line is exactly `{"report":"signalled","signal":15}`.
 */
export type EngineReport =
  | {
      readonly report: "loaded";
      /** How long it took to compile the module, in milliseconds. */
      readonly compileMs?: number;
    }
  | ModuleDescription
  | { readonly report: "started" }
  | GuestEnd;

/** What the module is. */
export interface ModuleDescription {
  readonly report: "described";
  /** Of its file: `sha256:…`. */
  readonly digest: string;
  /** Of its file, in bytes. */
  readonly size: number;
  /** Whose host interface it was built against: engine/module/dialect.ts. */
  readonly dialect: string;
}

/** How a guest's life ended. */
export type GuestEnd =
  | { readonly report: "exited"; readonly code: number }
  | { readonly report: "trapped"; readonly reason: string; readonly stack: readonly string[] }
  | { readonly report: "signalled"; readonly signal: number }
  | { readonly report: "failed"; readonly code: 126 | 127; readonly reason: string };

/** The exit code of a trap: 128 + SIGABRT, as a native program that aborts. */
export const trapExitCode = 134;

/** The exit code that a shell or an engine shows for this end. */
export function exitCodeOf(end: GuestEnd): number {
  switch (end.report) {
    case "exited":
      return end.code & 0xff;
    case "trapped":
      return trapExitCode;
    case "signalled":
      return 128 + end.signal;
    case "failed":
      return end.code;
  }
}

/** The reports in `text`; a line cut short by a crash, or foreign to us, is left out. */
export function parseReports(text: string): EngineReport[] {
  return text.split("\n").flatMap((line) => {
    try {
      const value = JSON.parse(line) as EngineReport;
      return typeof value === "object" && value !== null && "report" in value ? [value] : [];
    } catch {
      return [];
    }
  });
}

/** The end of the guest's life, if it has ended and said so. */
export function endOf(reports: readonly EngineReport[]): GuestEnd | undefined {
  return reports.find(
    (r): r is GuestEnd => r.report !== "loaded" && r.report !== "described" && r.report !== "started",
  );
}

/** What comes through the start FIFO in place of a start, where there will be none. */
export const noStart = "x";
