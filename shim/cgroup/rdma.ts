import { parsePairs } from "./values.ts";
import type { Read } from "./cgroup-folder.ts";

/** A device's handles and objects: used ones, or how many may be used. */
export interface RdmaEntry {
  readonly device: string;
  readonly hcaHandles: number;
  readonly hcaObjects: number;
}

/** What RDMA devices are used for. The files are the same in v1 and v2. */
export interface RdmaStat {
  readonly current: RdmaEntry[];
  readonly limit: RdmaEntry[];
}

/** Reads rdma.current and rdma.max; undefined where there are none. */
export function readRdma(read: Read): RdmaStat | undefined {
  const current = read("rdma.current");
  const limit = read("rdma.max");
  if (current === undefined || limit === undefined) return undefined;
  return { current: parseRdma(current), limit: parseRdma(limit) };
}

// `mlx4_0 hca_handle=2 hca_object=max`
function parseRdma(text: string): RdmaEntry[] {
  return text.split("\n").flatMap((line) => {
    const [device = "", ...words] = line.split(" ");
    const counts = parsePairs(words);
    if (device === "" || counts.size === 0) return [];
    return [
      { device, hcaHandles: uint32(counts.get("hca_handle")), hcaObjects: uint32(counts.get("hca_object")) },
    ];
  });
}

function uint32(count = 0): number {
  return Math.min(count, 0xffff_ffff);
}
