/** What a message is about: one vocabulary for all programs. */
export interface AboutFields {
  readonly container?: string;
  readonly pod?: string;
  readonly namespace?: string;
  readonly pid?: number;
  readonly bundle?: string;
  readonly topic?: string;
  readonly reason?: string;
  readonly code?: number;
  readonly count?: number;
  readonly error?: string;
}

/** The monitor's log. */
export interface MonitorLog {
  debug(message: string, about?: AboutFields): void;
  info(message: string, about?: AboutFields): void;
  warning(message: string, about?: AboutFields): void;
  error(message: string, about?: AboutFields): void;
}
