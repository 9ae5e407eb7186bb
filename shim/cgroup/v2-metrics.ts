import type { io } from "../../proto/gen/metrics.js";
import { uint64 } from "../../proto/uint64.ts";
import type { Uint64 } from "../../proto/uint64.ts";
import type { Read } from "./cgroup-folder.ts";
import { readPressure } from "./pressure.ts";
import { readRdma } from "./rdma.ts";
import { cpuFields, eventFields, ioFields, memoryStatFields } from "./v2-fields.ts";
import { parseCount, parseCounts, parsePairs, pick } from "./values.ts";

/** What a container uses, in the words of containerd's message for cgroup v2. */
export type V2Metrics = io.containerd.cgroups.v2.Metrics.$Properties;

/**
 * Reads a container's counts. Controllers that are not enabled for the cgroup are left out.
 * https://docs.kernel.org/admin-guide/cgroup-v2.html
 */
export function readV2Metrics(read: Read, hugePageSizes: readonly string[]): V2Metrics {
  return {
    pids: readPids(read),
    cpu: readCpu(read),
    memory: readMemory(read),
    memoryEvents: readMemoryEvents(read),
    io: readIo(read),
    rdma: readRdma(read) ?? null,
    hugetlb: hugePageSizes.flatMap((size) => readHugePages(read, size)),
  };
}

const largest = uint64(2n ** 64n - 1n);

/** A file's number, or `max`. */
function exact(read: Read, name: string): number | Uint64 | undefined {
  const count = parseCount(read(name));
  return count === Infinity ? largest : count;
}

function readPids(read: Read): io.containerd.cgroups.v2.PidsStat.$Properties | null {
  const current = exact(read, "pids.current");
  return current === undefined ? null : { current, limit: exact(read, "pids.max") ?? 0 };
}

// Times are in every cgroup; how often it was throttled only where the controller is enabled.
function readCpu(read: Read): io.containerd.cgroups.v2.CPUStat.$Properties | null {
  const stat = read("cpu.stat");
  if (stat === undefined) return null;
  return { ...pick(parseCounts(stat), cpuFields), psi: readPressure(read, "cpu.pressure") ?? null };
}

function readMemory(read: Read): io.containerd.cgroups.v2.MemoryStat.$Properties | null {
  const stat = read("memory.stat");
  if (stat === undefined) return null;
  return {
    ...pick(parseCounts(stat), memoryStatFields),
    usage: exact(read, "memory.current") ?? 0,
    usageLimit: exact(read, "memory.max") ?? 0,
    maxUsage: exact(read, "memory.peak") ?? 0,
    swapUsage: exact(read, "memory.swap.current") ?? 0,
    swapLimit: exact(read, "memory.swap.max") ?? 0,
    swapMaxUsage: exact(read, "memory.swap.peak") ?? 0,
    psi: readPressure(read, "memory.pressure") ?? null,
  };
}

function readMemoryEvents(read: Read): io.containerd.cgroups.v2.MemoryEvents.$Properties | null {
  const events = read("memory.events");
  return events === undefined ? null : pick(parseCounts(events), eventFields);
}

function readIo(read: Read): io.containerd.cgroups.v2.IOStat.$Properties | null {
  const stat = read("io.stat");
  if (stat === undefined) return null;
  return { usage: stat.split("\n").flatMap(ioEntry), psi: readPressure(read, "io.pressure") ?? null };
}

// `254:0 rbytes=90430464 wbytes=299008000 rios=8950 wios=1252 dbytes=0 dios=0`
function ioEntry(line: string): io.containerd.cgroups.v2.IOEntry.$Properties[] {
  const [device = "", ...words] = line.split(" ");
  const match = /^(\d+):(\d+)$/.exec(device);
  if (match === null) return [];
  return [{ major: Number(match[1]), minor: Number(match[2]), ...pick(parsePairs(words), ioFields) }];
}

function readHugePages(read: Read, pagesize: string): io.containerd.cgroups.v2.HugeTlbStat.$Properties[] {
  const current = exact(read, `hugetlb.${pagesize}.current`);
  if (current === undefined) return [];
  const failcnt = parseCounts(read(`hugetlb.${pagesize}.events`) ?? "").get("max") ?? 0;
  return [{ pagesize, current, max: exact(read, `hugetlb.${pagesize}.max`) ?? 0, failcnt }];
}
