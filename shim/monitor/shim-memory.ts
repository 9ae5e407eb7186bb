import type { SeenContainer } from "./seen-container.ts";
import { textOf } from "./traces.ts";

const init = 1;

/** Bytes that the shims of running containers hold for themselves. A container's first process is its shim's child. */
export function shimMemory(list: readonly SeenContainer[]): number {
  const running = list.filter(({ ofShim, status }) => ofShim && status !== "stopped");
  const shims = new Set(running.map(({ pid }) => numberIn(pid, /^PPid:\s*(\d+)$/m)));
  return [...shims]
    .filter((pid) => pid > init)
    .reduce((sum, pid) => sum + numberIn(pid, /^RssAnon:\s*(\d+) kB$/m) * 1024, 0);
}

// proc(5), /proc/[pid]/status.
function numberIn(pid: number, field: RegExp): number {
  return Number(field.exec(textOf(`/proc/${pid}/status`) ?? "")?.[1] ?? 0);
}
