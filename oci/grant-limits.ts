import type { Limits } from "./grant.ts";
import type { GrantInput } from "./grant-input.ts";
import { asLimit } from "./integer.ts";
import { show } from "./note.ts";

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

function rlimits({ spec, sandbox, remarks }: GrantInput): Limits {
  const limits: { -readonly [Name in keyof Limits]: Limits[Name] } = {};
  (spec.process?.rlimits ?? []).forEach(({ type, soft }, index) => {
    const field = `process.rlimits[${index}]`;
    const bound = Object.hasOwn(known, type) ? known[type] : undefined;
    const value = asLimit(soft);
    if (bound !== undefined && value !== undefined) {
      limits[bound.limit] = value;
      remarks.grant(field, `${bound.text} ${value}`);
    } else if (bound === undefined && sandbox === "embedded") {
      remarks.drop(field, `${show(type)} has no meaning for a guest`);
    }
  });
  return limits;
}
