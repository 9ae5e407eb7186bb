import { WrunError } from "../../oci/error.ts";
import { exactly, isRawNumber } from "../../oci/integer.ts";
import { quote } from "../../oci/note.ts";
import type { Note } from "../../oci/note.ts";
import type { TypedMessage } from "./metrics.ts";

/** New limits for a container, as the low-level runtime takes them. */
export interface ResourcesUpdate {
  /** What `update --resources -` reads on standard input; undefined where there is nothing to change. */
  readonly text: string | undefined;
  /** What is left out, or does not mean what one would think. */
  readonly notes: readonly Note[];
}

/** What Update's Any holds (containerd's typeurl for a type of the runtime specification): JSON. */
const typeUrl = "types.containerd.io/opencontainers/runtime-spec/1/LinuxResources";
const mostBytes = 2 ** 20;

/** Fields that are whole numbers. crun's parser takes anything for one; the others are checked by both runtimes. */
const numbers: Readonly<Record<string, readonly string[]>> = {
  memory: ["limit", "reservation", "swap", "swappiness"],
  cpu: ["shares", "quota", "burst", "period", "realtimeRuntime", "realtimePeriod", "idle"],
  pids: ["limit"],
};

type Fields = Record<string, unknown>;

/** Reads the resources of an Update request. `isWasm`: the container's engine is ours. */
export function readResources({ type_url, value }: TypedMessage, isWasm: boolean): ResourcesUpdate {
  if (type_url !== typeUrl) throw refused(`it has type ${quote(type_url)}, not ${typeUrl}`);
  if (value.length > mostBytes) throw refused("it is over 1 MiB");
  const resources = parsed(value);
  for (const [section, fields] of Object.entries(numbers)) checkNumbers(resources, section, fields);
  const notes = [...dropFields(resources), ...(isWasm ? memoryNotes(resources) : [])];
  return { text: written(withoutEmpty(resources)), notes };
}

function refused(problem: string): WrunError {
  return new WrunError("invalid", `cannot read the new resources: ${problem}`);
}

function parsed(value: Uint8Array): Fields {
  const keepDigits = (_key: string, found: unknown, context?: { readonly source: string }): unknown =>
    typeof found === "number" && context !== undefined ? exactly(context.source) : found;
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(value);
    const document: unknown = JSON.parse(text, keepDigits);
    if (isFields(document)) return document;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
  }
  throw refused("it is no JSON object");
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !isRawNumber(value);
}

// Go reads null as absent.
function checkNumbers(resources: Fields, section: string, fields: readonly string[]): void {
  const found = resources[section] ?? {};
  if (!isFields(found)) throw refused(`${section} is not an object`);
  for (const field of fields) {
    const value = found[field] ?? 0;
    if (!Number.isSafeInteger(value) && !isInt64(value))
      throw refused(`${section}.${field} is not a whole number`);
  }
}

function isInt64(value: unknown): boolean {
  if (!isRawNumber(value) || !/^-?\d{1,20}$/.test(value.rawJSON)) return false;
  const number = BigInt(value.rawJSON);
  return number >= -(2n ** 63n) && number < 2n ** 64n;
}

/**
 * What runc leaves alone in an update, and crun would set anew: the list of devices (without those that it added at
 * create, so the container would lose its access for a moment), and limits on kernel memory, which kernels of today refuse.
 * containerd's CRI sends the devices unchanged with every update, so there is no note about them.
 */
function dropFields(resources: Fields): Note[] {
  delete resources["devices"];
  const { memory } = resources;
  if (!isFields(memory)) return [];
  const fields = ["kernel", "kernelTCP"].filter((field) => memory[field] !== undefined);
  for (const field of fields) delete memory[field];
  return fields.map((field) => ({
    field: `memory.${field}`,
    text: "kernel memory has no limit of its own",
  }));
}

function memoryNotes({ memory }: Fields): Note[] {
  if (!isFields(memory) || (memory["limit"] ?? null) === null) return [];
  const text =
    "the kernel holds the container to it, but the guest's linear memory keeps the bound that it was started with";
  return [{ field: "memory.limit", text }];
}

// crun wants `limit` in `pids` where it is there at all; Go writes `{}`.
function withoutEmpty(resources: Fields): Fields {
  const kept = Object.entries(resources).flatMap(([name, value]): [string, unknown][] => {
    if (!isFields(value)) return value === null ? [] : [[name, value]];
    const fields = Object.entries(value).filter(([, field]) => field !== null);
    return fields.length === 0 ? [] : [[name, Object.fromEntries(fields)]];
  });
  return Object.fromEntries(kept);
}

function written(resources: Fields): string | undefined {
  if (Object.keys(resources).length === 0) return undefined;
  try {
    return JSON.stringify(resources);
  } catch (error) {
    if (error instanceof RangeError) throw refused("it is nested too deeply");
    throw error;
  }
}
