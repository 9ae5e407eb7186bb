import { oneLine } from "../one-line.ts";

/** The least that is told. */
export type LogLevel = "error" | "warning" | "debug";
/** `json` is one object a line, `{"msg","level","time"}`, as containerd, Podman and CRI-O read it. */
export type LogFormat = "text" | "json";

/** What the caller's flags say of logging. */
export interface LogOptions {
  readonly file?: string;
  readonly format: LogFormat;
  readonly level: LogLevel;
}

/** Where lines go: standard error, and the log file if one was named. Each call is one write. */
export interface LogSink {
  stderr(line: string): void;
  file?(line: string): void;
}

const rank: Readonly<Record<LogLevel, number>> = { error: 0, warning: 1, debug: 2 };

/** Tells the caller what happened: one line a message, however hostile the text. */
export class Log {
  readonly #options: LogOptions;
  readonly #sink: LogSink;
  readonly #now: () => Date;

  constructor(options: LogOptions, sink: LogSink, now: () => Date) {
    this.#options = options;
    this.#sink = sink;
    this.#now = now;
  }

  error(message: string): void {
    this.#sink.stderr(`wrun: ${oneLine(message)}\n`);
    this.#toFile("error", message);
  }

  warning(message: string): void {
    if (rank[this.#options.level] < rank.warning) return;
    this.#sink.stderr(`wrun: warning: ${oneLine(message)}\n`);
    this.#toFile("warning", message);
  }

  debug(message: string): void {
    if (rank[this.#options.level] < rank.debug) return;
    if (this.#sink.file === undefined) this.#sink.stderr(`wrun: debug: ${oneLine(message)}\n`);
    this.#toFile("debug", message);
  }

  #toFile(level: LogLevel, message: string): void {
    const msg = oneLine(message);
    const time = this.#now().toISOString();
    this.#sink.file?.(
      this.#options.format === "json"
        ? `${JSON.stringify({ msg, level, time })}\n`
        : `time=${JSON.stringify(time)} level=${level} msg=${JSON.stringify(msg)}\n`,
    );
  }
}
