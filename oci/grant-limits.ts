import { WrunError } from "./error.ts";
import type { Limits } from "./grant.ts";
import type { GrantInput } from "./grant-input.ts";
import { asLimit, isRawNumber } from "./integer.ts";
import type { Integer } from "./integer.ts";
import { quote, show } from "./note.ts";
import type { Rlimit } from "./runtime-spec.ts";

/** What the engine itself needs of a container's memory: its heap, its threads' stacks, compiled code. */
const engineReserve = 48 * 2 ** 20;

/** Bounds on memory, descriptors, file size and CPU time. */
export function grantLimits(input: GrantInput): Limits {
  const memory = memoryLimit(input);
  return { ...(memory === undefined ? {} : { memory }), ...rlimits(input) };
}

// In a cgroup the limit is for the engine and its guest together: the guest gets what is left, and of a small
// limit half, so that it can start at all. Embedded there is no cgroup, and the limit is the guest's alone.
function memoryLimit({ spec, sandbox, remarks }: GrantInput): number | undefined {
  const limit = asLimit(spec.linux?.resources?.memory?.limit);
  if (limit === undefined || limit === 0) return undefined;
  const reserve = sandbox === "kernel" ? Math.min(engineReserve, Math.ceil(limit / 2)) : 0;
  const memory = limit - reserve;
  const kept = reserve === 0 ? "" : ` (${reserve} of ${limit} kept for the engine)`;
  remarks.grant("linux.resources.memory.limit", `linear memory up to ${memory} bytes${kept}`);
  return memory;
}

const known: Readonly<Record<string, { readonly limit: keyof Limits; readonly text: string }>> = {
  RLIMIT_NOFILE: { limit: "files", text: "open descriptors up to" },
  RLIMIT_FSIZE: { limit: "fileSize", text: "bytes in a file up to" },
  RLIMIT_CPU: { limit: "cpuSeconds", text: "seconds of CPU time up to" },
};

/** Those that a guest could feel, did they not bound the engine instead. */
const unlimited = new Set(["RLIMIT_AS", "RLIMIT_DATA"]);

/** setrlimit(2). */
const others = new Set(
  "CORE LOCKS MEMLOCK MSGQUEUE NICE NPROC RSS RTPRIO RTTIME SIGPENDING STACK"
    .split(" ")
    .map((name) => `RLIMIT_${name}`),
);

function checkRlimit({ type, soft, hard }: Rlimit, field: string): void {
  if (!Object.hasOwn(known, type) && !unlimited.has(type) && !others.has(type))
    throw new WrunError("invalid", `${field}.type: there is no limit ${quote(type)}`);
  if (unsigned(soft) > unsigned(hard))
    throw new WrunError("invalid", `${field}.soft: is over the hard limit`);
}

function unsigned(value: Integer): bigint {
  return BigInt.asUintN(64, BigInt(isRawNumber(value) ? value.rawJSON : value));
}

function rlimits({ spec, sandbox, remarks }: GrantInput): Limits {
  const limits: { -readonly [Name in keyof Limits]: Limits[Name] } = {};
  (spec.process?.rlimits ?? []).forEach((rlimit, index) => {
    const field = `process.rlimits[${index}]`;
    const { type } = rlimit;
    // In the kernel sandbox crun and runc set them all, and refuse what is none.
    if (sandbox === "embedded") checkRlimit(rlimit, field);
    const bound = Object.hasOwn(known, type) ? known[type] : undefined;
    const value = asLimit(rlimit.soft);
    if (bound !== undefined && value !== undefined) {
      limits[bound.limit] = value;
      remarks.grant(field, `${bound.text} ${value}`);
    } else if (sandbox === "embedded" && value !== undefined) {
      if (unlimited.has(type)) remarks.warn(field, `${type} is not set by the embedded sandbox`);
      else remarks.drop(field, `${show(type)} has no meaning for a guest`);
    }
  });
  return limits;
}
