/** A number that JavaScript would round (18446744073709551615 is usual) keeps its digits: it stands for itself. */
export type Integer = number | RawNumber;

/** A JSON number kept as its text, as JSON.rawJSON makes it. */
export interface RawNumber {
  readonly rawJSON: string;
}

declare global {
  // ES2026, https://tc39.es/proposal-json-parse-with-source/
  interface JSON {
    rawJSON(text: string): RawNumber;
    isRawJSON(value: object): boolean;
  }
}

/** The number that `text` spells, all its digits kept. */
export function exactly(text: string): Integer {
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : JSON.rawJSON(text);
}

/** Whether a value of the document is a number kept as its text. */
export function isRawNumber(value: unknown): value is RawNumber {
  return typeof value === "object" && value !== null && JSON.isRawJSON(value);
}

/**
 * A limit in bytes, seconds or descriptors; undefined where the field means none: -1, RLIM_INFINITY, or any
 * other number too large to be reached.
 */
export function asLimit(value: Integer | undefined): number | undefined {
  return typeof value === "number" && value >= 0 && Number.isSafeInteger(value) ? value : undefined;
}
