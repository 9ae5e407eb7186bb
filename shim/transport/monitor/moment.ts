import { WrunError } from "../../../oci/error.ts";

const second = 1_000_000_000n;

interface Timestamp {
  readonly seconds?: number | null | undefined;
  readonly nanos?: number | null | undefined;
}

/** Nanoseconds as protobuf has them. */
export function timestampOf(at: bigint): { readonly seconds: number; readonly nanos: number } {
  return { seconds: Number(at / second), nanos: Number(at % second) };
}

/** Nanoseconds out of what protobuf has. */
export function momentOf({ seconds, nanos }: Timestamp): bigint {
  return BigInt(Math.trunc(seconds ?? 0)) * second + BigInt(nanos ?? 0);
}

/** The moment in the metadata `wrun-since`: the timestamp of an envelope, `SECONDS.NANOS`; `0` is the beginning. */
export function parseSince(text: string): bigint {
  const match = /^(\d{1,12})(?:\.(\d{1,9}))?$/.exec(text);
  if (match === null)
    throw new WrunError("invalid", "wrun-since: write the timestamp of an envelope as SECONDS.NANOS");
  return BigInt(match[1] ?? "") * second + BigInt((match[2] ?? "").padEnd(9, "0"));
}
