import { WrunError } from "./error.ts";
import { exactly } from "./integer.ts";
import { positionOfError } from "./json-position.ts";
import { quote } from "./note.ts";
import type { Process, RuntimeSpec } from "./runtime-spec.ts";
import { capabilitySets, hookMoments } from "./runtime-spec.ts";
import {
  broken,
  fields,
  isBoolean,
  isInteger,
  isObject,
  isString,
  isUint32,
  listOf,
  recordOf,
} from "./shape.ts";
import type { Check } from "./shape.ts";

// Longest config.json that is read, in characters: the largest seen in the field have some 100,000.
const configBound = 16 * 2 ** 20;

/** Parses the text of a config.json, checks the fields that we read and keeps all others. */
export function parseRuntimeSpec(text: string): RuntimeSpec {
  if (text.length > configBound) throw new WrunError("invalid", "Cannot read config.json: it is over 16 MiB");
  const document = parseJson(text);
  checkDepth(document, text);
  if (typeof document !== "object" || document === null || Array.isArray(document))
    throw new WrunError("invalid", "Cannot read config.json: it is not a JSON object");
  checkVersion((document as { ociVersion?: unknown }).ociVersion);
  checkSpec(document, "");
  return document as RuntimeSpec;
}

/** Parses the text of the file that `exec --process` names: config.json's `process` alone. */
export function parseProcess(text: string): Process {
  if (text.length > configBound) throw new WrunError("invalid", "Cannot read the process: it is over 16 MiB");
  const document = { process: parseJson(text) };
  checkSpec(document, "");
  return document.process as Process;
}

// Sixteen digits may be more than a double holds. Such a number is kept as its text, or it would be written
// back rounded, and 18446744073709551616 is no uint64 any more.
function parseJson(text: string): unknown {
  try {
    return /[0-9]{16}/.test(text) ? JSON.parse(text, keepDigits) : JSON.parse(text);
  } catch (error) {
    if (error instanceof RangeError) throw tooDeep();
    const at = positionOfError(text);
    throw new WrunError(
      "invalid",
      `Cannot read config.json: broken JSON at line ${at.line}, column ${at.column}`,
    );
  }
}

// What is nested thousands of levels deep can be parsed, but not written again. A text with few brackets
// cannot be that deep, and is all that is met in the field.
function checkDepth(document: unknown, text: string): void {
  if (text.split("[").length + text.split("{").length < deepest) return;
  let level: unknown[] = [document];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > deepest) throw tooDeep();
    level = level.flatMap((value) =>
      typeof value === "object" && value !== null ? Object.values(value) : [],
    );
  }
}

const deepest = 1000;

function tooDeep(): WrunError {
  return new WrunError("invalid", "Cannot read config.json: it is nested too deeply");
}

function keepDigits(_key: string, value: unknown, context?: { readonly source: string }): unknown {
  if (typeof value !== "number" || context === undefined) return value;
  return exactly(context.source);
}

function checkVersion(version: unknown): void {
  if (version === undefined) throw broken("ociVersion", "is missing");
  if (typeof version !== "string") throw broken("ociVersion", "is not a string");
  if (/^1\.\d/.test(version)) return;
  throw new WrunError("unsupported", `Cannot read config.json: ociVersion ${quote(version)} is not 1.x`);
}

const strings = listOf(isString);
const objects = listOf(isObject);
const idMappings = listOf(
  fields({ containerID: isUint32, hostID: isUint32, size: isUint32 }, ["containerID", "hostID", "size"]),
);

const checkProcess = fields({
  terminal: isBoolean,
  user: fields({ uid: isUint32, gid: isUint32, umask: isUint32, additionalGids: listOf(isUint32) }),
  args: strings,
  env: strings,
  cwd: isString,
  capabilities: fields(Object.fromEntries(capabilitySets.map((set) => [set, strings]))),
  rlimits: listOf(fields({ type: isString, soft: isInteger, hard: isInteger }, ["type", "soft", "hard"])),
  noNewPrivileges: isBoolean,
  oomScoreAdj: isInteger,
  apparmorProfile: isString,
  selinuxLabel: isString,
});

const checkResources = fields({
  memory: fields({ limit: isInteger }),
  cpu: isObject,
  pids: isObject,
  devices: objects,
  blockIO: isObject,
  hugepageLimits: objects,
  network: isObject,
  rdma: isObject,
  unified: isObject,
});

const checkLinux = fields({
  namespaces: listOf(fields({ type: isString, path: isString }, ["type"])),
  uidMappings: idMappings,
  gidMappings: idMappings,
  devices: listOf(fields({ path: isString })),
  resources: checkResources,
  sysctl: isObject,
  seccomp: isObject,
  maskedPaths: strings,
  readonlyPaths: strings,
});

const checkSpec: Check = fields({
  process: checkProcess,
  root: fields({ path: isString, readonly: isBoolean }, ["path"]),
  hostname: isString,
  mounts: listOf(
    fields({ destination: isString, type: isString, source: isString, options: strings }, ["destination"]),
  ),
  hooks: fields(Object.fromEntries(hookMoments.map((moment) => [moment, objects]))),
  annotations: recordOf(isString),
  linux: checkLinux,
});
