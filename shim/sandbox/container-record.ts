import { WrunError } from "../../oci/error.ts";
import type { HostPath } from "../../oci/grant.ts";
import type { ContainerId } from "../container-id.ts";
import type { ProcessIdentity } from "../host/host.ts";

/** What is kept of a container from its creation to its deletion; written once. */
export interface ContainerRecord extends ProcessIdentity {
  readonly id: ContainerId;
  readonly bundle: HostPath;
  readonly rootfs: HostPath;
  /** RFC 3339. */
  readonly created: string;
  /** The uid that created it. */
  readonly owner: number;
  readonly annotations: Readonly<Record<string, string>>;
}

/** The record as the text of state.json. */
export function formatRecord(record: ContainerRecord): string {
  return `${JSON.stringify(record)}\n`;
}

/** The record out of the text of state.json. */
export function parseRecord(text: string, path: HostPath): ContainerRecord {
  const value = parseJson(text);
  if (isRecord(value)) return value;
  throw new WrunError("io", `${path} is damaged: delete --force removes the container`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is ContainerRecord {
  if (typeof value !== "object" || value === null) return false;
  const record: Partial<Record<keyof ContainerRecord, unknown>> = value;
  const texts = [record.id, record.bundle, record.rootfs, record.created, record.startTime];
  return (
    texts.every((text) => typeof text === "string") &&
    Number.isSafeInteger(record.pid) &&
    Number(record.pid) > 1 &&
    Number.isSafeInteger(record.owner) &&
    typeof record.annotations === "object" &&
    record.annotations !== null
  );
}
