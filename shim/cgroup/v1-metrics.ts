import type { io } from "../../proto/gen/metrics.js";
import type { Read } from "./cgroup-folder.ts";
import { parseBlockIo } from "./v1-block-io.ts";
import { readRdma } from "./rdma.ts";
import { memoryStatFields } from "./v1-memory-fields.ts";
import { parseCount, parseCounts, pick } from "./values.ts";

/** What a container uses, in the words of containerd's message for cgroup v1. */
export type V1Metrics = io.containerd.cgroups.v1.Metrics.$Properties;

/** The machine, as far as its names stand in the message. */
export interface Machine {
  /** `2MB`, `1GB`. */
  readonly hugePageSizes: readonly string[];
  /** The name of a block device, such as `/dev/vda`. */
  device(major: number, minor: number): string;
}

/**
 * Reads a container's counts, each controller's files by its own `Read`. Controllers that are not mounted are left out.
 * Who prints a message (ctr, the CRI plugin) expects `usage` in memory, and `usage` and `throttling` in cpu.
 * https://docs.kernel.org/admin-guide/cgroup-v1/
 */
export function readV1Metrics(controller: (name: string) => Read | undefined, machine: Machine): V1Metrics {
  const of = <T>(name: string, read: (files: Read) => T): T | null => {
    const files = controller(name);
    return files === undefined ? null : read(files);
  };
  return {
    pids: of("pids", readPids),
    cpu: readCpu(controller("cpuacct"), controller("cpu")),
    memory: of("memory", readMemory),
    memoryOomControl: of("memory", readOomControl),
    blkio: of("blkio", (read) => parseBlockIo(read, machine)),
    rdma: of("rdma", readRdma) ?? null,
    hugetlb: of("hugetlb", (read) => readHugePages(read, machine.hugePageSizes)) ?? [],
  };
}

// Without a limit containerd's own shims say 0.
function readPids(read: Read): io.containerd.cgroups.v1.PidsStat.$Properties | null {
  const current = parseCount(read("pids.current"));
  if (current === undefined) return null;
  const limit = parseCount(read("pids.max"));
  return { current, limit: limit === undefined || limit === Infinity ? 0 : limit };
}

function readCpu(
  usage: Read | undefined,
  throttling: Read | undefined,
): io.containerd.cgroups.v1.CPUStat.$Properties | null {
  if (usage === undefined && throttling === undefined) return null;
  return { usage: readCpuUsage(usage), throttling: readThrottling(throttling) };
}

// cpuacct.stat counts USER_HZ, which is 100 on every architecture that matters.
const nanosecondsPerTick = 10_000_000;

function readCpuUsage(read: Read = nothing): io.containerd.cgroups.v1.CPUUsage.$Properties {
  const ticks = parseCounts(read("cpuacct.stat") ?? "");
  return {
    total: parseCount(read("cpuacct.usage")) ?? 0,
    user: (ticks.get("user") ?? 0) * nanosecondsPerTick,
    kernel: (ticks.get("system") ?? 0) * nanosecondsPerTick,
    perCpu: (read("cpuacct.usage_percpu") ?? "").split(" ").flatMap((word) => parseCount(word) ?? []),
  };
}

function readThrottling(read: Read = nothing): io.containerd.cgroups.v1.Throttle.$Properties {
  const fields = { periods: "nr_periods", throttledPeriods: "nr_throttled", throttledTime: "throttled_time" };
  return pick(parseCounts(read("cpu.stat") ?? ""), fields);
}

function readMemory(read: Read): io.containerd.cgroups.v1.MemoryStat.$Properties | null {
  const stat = read("memory.stat");
  if (stat === undefined) return null;
  return {
    ...pick(parseCounts(stat), memoryStatFields),
    usage: readMemoryEntry(read, "memory"),
    swap: readMemoryEntry(read, "memory.memsw"),
    kernel: readMemoryEntry(read, "memory.kmem"),
    kernelTcp: readMemoryEntry(read, "memory.kmem.tcp"),
  };
}

// A kernel that does not account swap has no memsw files, and new ones have no kmem limit.
function readMemoryEntry(read: Read, prefix: string): io.containerd.cgroups.v1.MemoryEntry.$Properties {
  const count = (name: string): number => parseCount(read(`${prefix}.${name}`)) ?? 0;
  return {
    limit: count("limit_in_bytes"),
    usage: count("usage_in_bytes"),
    max: count("max_usage_in_bytes"),
    failcnt: count("failcnt"),
  };
}

function readOomControl(read: Read): io.containerd.cgroups.v1.MemoryOomControl.$Properties | null {
  const text = read("memory.oom_control");
  const fields = { oomKillDisable: "oom_kill_disable", underOom: "under_oom", oomKill: "oom_kill" };
  return text === undefined ? null : pick(parseCounts(text), fields);
}

function readHugePages(
  read: Read,
  sizes: readonly string[],
): io.containerd.cgroups.v1.HugetlbStat.$Properties[] {
  return sizes.flatMap((pagesize) => {
    const count = (name: string): number | undefined => parseCount(read(`hugetlb.${pagesize}.${name}`));
    const usage = count("usage_in_bytes");
    if (usage === undefined) return [];
    return [{ pagesize, usage, max: count("max_usage_in_bytes") ?? 0, failcnt: count("failcnt") ?? 0 }];
  });
}

const nothing: Read = () => undefined;
