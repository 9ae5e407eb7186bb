import { WrunError } from "../../oci/error.ts";
import { readModuleName, readProducers } from "./customs.ts";
import { dialectOf } from "./dialect.ts";
import type { Dialect } from "./dialect.ts";
import type { ExportedExtern } from "./exports.ts";
import type { ExternType } from "./imports.ts";
import { kindOf } from "./kind.ts";
import type { FileKind } from "./kind.ts";
import type { Limits } from "./limits.ts";
import { describeMissing } from "./missing.ts";
import { readModule } from "./module.ts";
import type { ModuleInfo } from "./module.ts";
import { whyNot } from "./refusal.ts";
import { missingImports } from "./runnable.ts";
import { formatFunctionType } from "./value-type.ts";

/** What `wrun inspect` says of a file. */
export interface Inspection {
  readonly kind: FileKind;
  /** Bytes in the file. */
  readonly size: number;
  readonly sha256: string;
  /** Whether this engine can run it. */
  readonly runs: boolean;
  /** Why it cannot. */
  readonly problems: readonly string[];
  readonly module?: ModuleReport;
}

/** What a core module says of itself. */
export interface ModuleReport {
  readonly name?: string;
  readonly dialect: Dialect;
  /** `_start`, a function for `--invoke`, or nothing to call. */
  readonly entry: "command" | "reactor" | "library";
  readonly imports: readonly { readonly module: string; readonly name: string; readonly type: string }[];
  readonly exports: readonly { readonly name: string; readonly type: string }[];
  readonly memories: readonly string[];
  readonly functions: number;
  readonly codeBytes: number;
  readonly dataBytes: number;
  readonly startFunction?: number;
  readonly custom: readonly { readonly name: string; readonly size: number }[];
  readonly producers: readonly string[];
}

/** Looks at a file without running it. A text is translated first. */
export async function inspect(bytes: Uint8Array): Promise<Inspection> {
  const kind = kindOf(bytes);
  const file = { kind, size: bytes.length, sha256: await sha256(bytes) };
  if (kind !== "module" && kind !== "wat") return { ...file, runs: false, problems: [whyNot[kind]] };
  try {
    const binary = kind === "wat" ? await (await import("./wat.ts")).assemble(bytes) : bytes;
    const info = readModule(binary);
    const problems = problemsOf(info, binary);
    return { ...file, runs: problems.length === 0, problems, module: report(info, binary) };
  } catch (error) {
    if (!(error instanceof WrunError)) throw error;
    return { ...file, runs: false, problems: [error.message] };
  }
}

async function sha256(bytes: Uint8Array): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function problemsOf(info: ModuleInfo, bytes: Uint8Array): string[] {
  const problems = missingImports(info.imports).map(describeMissing);
  if (info.memories.some((limits) => limits.wide)) problems.push("it has a 64-bit memory");
  if (problems.length === 0 && !WebAssembly.validate(bytes)) problems.push("the engine finds it invalid");
  if (entryOf(info) === "library" && !info.exports.some(({ extern }) => extern.kind === "function"))
    problems.push("it exports no function to call");
  return problems;
}

function entryOf(info: ModuleInfo): ModuleReport["entry"] {
  const has = (name: string): boolean => info.exports.some((entry) => entry.name === name);
  if (has("_start")) return "command";
  return has("_initialize") ? "reactor" : "library";
}

function report(info: ModuleInfo, bytes: Uint8Array): ModuleReport {
  const name = readModuleName(bytes, info.customs);
  return {
    ...(name === undefined ? {} : { name }),
    dialect: dialectOf(info.imports),
    entry: entryOf(info),
    imports: info.imports.map((entry) => ({
      module: entry.module,
      name: entry.name,
      type: formatExtern(entry.extern),
    })),
    exports: info.exports.map((entry) => ({ name: entry.name, type: formatExtern(entry.extern) })),
    memories: info.memories.map(formatMemory),
    functions: info.functionCount,
    codeBytes: info.codeSize,
    dataBytes: info.dataSize,
    ...(info.start === undefined ? {} : { startFunction: info.start }),
    custom: info.customs.map(({ name: custom, size }) => ({ name: custom, size })),
    producers: readProducers(bytes, info.customs),
  };
}

function formatExtern(extern: ExternType | ExportedExtern): string {
  switch (extern.kind) {
    case "function":
      return extern.type === undefined ? "function" : `function ${formatFunctionType(extern.type)}`;
    case "memory":
      return `memory ${formatMemory(extern.limits)}`;
    case "global":
      return "value" in extern ? `global ${extern.mutable ? "mut " : ""}${extern.value}` : "global";
    case "table":
      return "element" in extern ? `table ${extern.element}` : "table";
    case "tag":
      return "tag";
  }
}

function formatMemory(limits: Limits): string {
  const page = 1n << BigInt(Math.min(limits.pageLog2 ?? 16, 16));
  const most = limits.max === undefined ? "no maximum" : `at most ${kibibytes(limits.max * page)}`;
  const words = [kibibytes(limits.min * page), most, limits.shared && "shared", limits.wide && "64-bit"];
  return words.filter((word) => word !== false).join(", ");
}

function kibibytes(bytes: bigint): string {
  return bytes % 2n ** 20n === 0n ? `${bytes / 2n ** 20n} MiB` : `${bytes / 1024n} KiB`;
}
