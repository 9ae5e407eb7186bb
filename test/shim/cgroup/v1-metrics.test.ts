import { expect, test } from "bun:test";
import { readV1Metrics } from "../../../shim/cgroup/v1-metrics.ts";

const machine = {
  hugePageSizes: ["1GB", "2MB"],
  device: (major: number, minor: number) => (major === 254 && minor === 0 ? "/dev/vda" : ""),
};

// Linux 6.18, a process that has written a file.
const memory = {
  "memory.stat": `cache 6443008
rss 1880064
rss_huge 0
shmem 0
mapped_file 4096
dirty 32768
writeback 0
workingset_refault_anon 0
workingset_refault_file 2437
swap 0
swapcached 0
pgpgin 62638
pgpgout 60609
pgfault 114887
pgmajfault 14
inactive_anon 1761280
active_anon 8192
inactive_file 4087808
active_file 2355200
unevictable 0
hierarchical_memory_limit 16777216
hierarchical_memsw_limit 9223372036854771712
total_cache 6443009
total_rss 1880065
total_rss_huge 2097152
total_shmem 0
total_mapped_file 4097
total_dirty 32769
total_writeback 1
total_pgpgin 62639
total_pgpgout 60610
total_pgfault 114888
total_pgmajfault 15
total_inactive_anon 1761281
total_active_anon 8193
total_inactive_file 4087809
total_active_file 2355201
total_unevictable 2
`,
  "memory.oom_control": "oom_kill_disable 0\nunder_oom 0\noom_kill 3\n",
  "memory.usage_in_bytes": "10002432\n",
  "memory.max_usage_in_bytes": "16777216\n",
  "memory.limit_in_bytes": "16777216\n",
  "memory.failcnt": "421\n",
  "memory.kmem.usage_in_bytes": "1679360\n",
};

const blockIo = "254:0 Read 94208\n254:0 Write 4096\n254:0 Sync 98304\n7:1 Read 5\nTotal 98304\n";

const files: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  memory,
  cpu: { "cpu.stat": "nr_periods 12\nnr_throttled 3\nthrottled_time 450000000\nnr_bursts 0\nburst_time 0\n" },
  cpuacct: {
    "cpuacct.stat": "user 23719\nsystem 9093\n",
    "cpuacct.usage": "328131326461\n",
    "cpuacct.usage_percpu": "140473960166 187657365295 \n",
  },
  pids: { "pids.current": "2\n", "pids.max": "max\n" },
  hugetlb: {
    "hugetlb.2MB.usage_in_bytes": "0\n",
    "hugetlb.2MB.max_usage_in_bytes": "4194304\n",
    "hugetlb.2MB.failcnt": "1\n",
  },
  blkio: {
    "blkio.throttle.io_service_bytes": blockIo,
    "blkio.throttle.io_serviced": "254:0 Read 9\nTotal 9\n",
  },
  rdma: {
    "rdma.current": "mlx4_0 hca_handle=2 hca_object=20\n",
    "rdma.max": "mlx4_0 hca_handle=max hca_object=max\n",
  },
};

const all = (controller: string) => {
  const folder = files[controller];
  return folder && ((name: string) => folder[name]);
};

test("readV1Metrics() reads every controller", () => {
  expect(readV1Metrics(all, machine)).toMatchObject({
    pids: { current: 2, limit: 0 },
    cpu: {
      usage: {
        total: 328131326461,
        user: 237190000000,
        kernel: 90930000000,
        perCpu: [140473960166, 187657365295],
      },
      throttling: { periods: 12, throttledPeriods: 3, throttledTime: 450000000 },
    },
    memoryOomControl: { oomKillDisable: 0, underOom: 0, oomKill: 3 },
    hugetlb: [{ pagesize: "2MB", usage: 0, max: 4194304, failcnt: 1 }],
    rdma: { current: [{ device: "mlx4_0", hcaHandles: 2, hcaObjects: 20 }] },
  });
});

test("readV1Metrics() reads memory.stat under the message's names, and every kind of usage", () => {
  const { memory: read } = readV1Metrics(all, machine);
  expect(read).toMatchObject({
    pgPgIn: 62638,
    totalPgMajFault: 15,
    totalInactiveFile: 4087809,
    totalRssHuge: 2097152,
  });
  expect(read).toMatchObject({
    hierarchicalMemoryLimit: 16777216,
    hierarchicalSwapLimit: 9223372036854771712,
  });
  expect(Object.values(read ?? {}).filter((value) => typeof value === "number")).toHaveLength(32);
  expect(read?.usage).toEqual({ limit: 16777216, usage: 10002432, max: 16777216, failcnt: 421 });
  expect(read?.kernel).toEqual({ limit: 0, usage: 1679360, max: 0, failcnt: 0 });
  expect(read?.swap).toEqual({ limit: 0, usage: 0, max: 0, failcnt: 0 });
});

test("readV1Metrics() takes transfers from the scheduler's files, else from those of throttling", () => {
  const bytes = [
    { device: "/dev/vda", major: 254, minor: 0, op: "Read", value: 94208 },
    { device: "/dev/vda", major: 254, minor: 0, op: "Write", value: 4096 },
    { device: "/dev/vda", major: 254, minor: 0, op: "Sync", value: 98304 },
    { device: "", major: 7, minor: 1, op: "Read", value: 5 },
  ];
  const throttled = readV1Metrics(all, machine).blkio;
  expect(throttled?.ioServiceBytesRecursive).toEqual(bytes);
  expect(throttled?.ioServicedRecursive).toMatchObject([{ value: 9 }]);
  const scheduled: Record<string, string> = {
    "blkio.io_service_bytes_recursive": blockIo,
    "blkio.time_recursive": "254:0 17\n",
    "blkio.throttle.io_serviced": "254:0 Read 1\nTotal 1\n",
  };
  const { blkio } = readV1Metrics(
    (name) => (name === "blkio" ? (file) => scheduled[file] : undefined),
    machine,
  );
  expect(blkio?.ioServiceBytesRecursive).toEqual(bytes);
  expect(blkio?.ioTimeRecursive).toEqual([{ device: "/dev/vda", major: 254, minor: 0, op: "", value: 17 }]);
  expect(blkio?.ioServicedRecursive).toEqual([]);
});

test("readV1Metrics() leaves out what is not mounted, and what has no files", () => {
  const none = {
    pids: null,
    cpu: null,
    memory: null,
    memoryOomControl: null,
    blkio: null,
    rdma: null,
    hugetlb: [],
  };
  expect(readV1Metrics(() => undefined, machine)).toEqual(none);
  const empty = readV1Metrics(() => () => undefined, machine);
  expect(empty).toMatchObject({ pids: null, memory: null, memoryOomControl: null, rdma: null, hugetlb: [] });
  expect(empty.cpu).toEqual({ usage: { total: 0, user: 0, kernel: 0, perCpu: [] }, throttling: {} });
});
