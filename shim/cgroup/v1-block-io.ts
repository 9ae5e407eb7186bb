import type { io } from "../../proto/gen/metrics.js";
import type { Read } from "./cgroup-folder.ts";
import type { Machine } from "./v1-metrics.ts";

type Entry = io.containerd.cgroups.v1.BlkIOEntry.$Properties;
type BlockIo = io.containerd.cgroups.v1.BlkIOStat.$Properties;

/** Files of the proportional scheduler (CFQ until Linux 5.0, and BFQ since under its own prefix). */
const scheduler = {
  ioServiceBytesRecursive: "io_service_bytes_recursive",
  ioServicedRecursive: "io_serviced_recursive",
  ioQueuedRecursive: "io_queued_recursive",
  ioServiceTimeRecursive: "io_service_time_recursive",
  ioWaitTimeRecursive: "io_wait_time_recursive",
  ioMergedRecursive: "io_merged_recursive",
  ioTimeRecursive: "time_recursive",
  sectorsRecursive: "sectors_recursive",
} as const;

/** What is counted whatever the scheduler is. */
const throttle = {
  ioServiceBytesRecursive: "throttle.io_service_bytes",
  ioServicedRecursive: "throttle.io_serviced",
} as const;

/** Reads what a container transferred. The scheduler's files are empty for devices of another scheduler. */
export function parseBlockIo(read: Read, machine: Machine): BlockIo {
  const counted = entries(read, scheduler, machine);
  const none = Object.values(counted).every((list) => list.length === 0);
  return none ? entries(read, throttle, machine) : counted;
}

function entries<Field extends string>(
  read: Read,
  files: Readonly<Record<Field, string>>,
  machine: Machine,
): Record<Field, Entry[]> {
  const found = (Object.keys(files) as Field[]).map((field) => {
    const text = read(`blkio.${files[field]}`) ?? "";
    return [field, text.split("\n").flatMap((line) => entryOf(line, machine))] as const;
  });
  return Object.fromEntries(found) as Record<Field, Entry[]>;
}

// `254:0 Read 4096`, `254:0 17`, and at the end `Total 4096`, which is no device's.
function entryOf(line: string, machine: Machine): Entry[] {
  const match = /^(\d+):(\d+) (?:(\w+) )?(\d+)$/.exec(line);
  if (match === null) return [];
  const [major, minor, value] = [Number(match[1]), Number(match[2]), Number(match[4])];
  return [{ device: machine.device(major, minor), major, minor, op: match[3] ?? "", value }];
}
