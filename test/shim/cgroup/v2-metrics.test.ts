import { expect, test } from "bun:test";
import { readV2Metrics } from "../../../shim/cgroup/v2-metrics.ts";
import { uint64 } from "../../../proto/uint64.ts";

const unlimited = uint64(2n ** 64n - 1n);

// Linux 6.1 with the usual controllers, cut where the message has no field.
const files: Readonly<Record<string, string>> = {
  "pids.current": "3\n",
  "pids.max": "max\n",
  "cpu.stat": `usage_usec 328131
user_usec 237190
system_usec 90941
core_sched.force_idle_usec 0
nr_periods 12
nr_throttled 3
throttled_usec 450000
nr_bursts 1
burst_usec 20
`,
  "cpu.pressure":
    "some avg10=1.50 avg60=0.00 avg300=0.00 total=900\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=0\n",
  "memory.stat": `anon 1880064
file 6443008
kernel 1679360
kernel_stack 32768
pagetables 94208
sec_pagetables 0
percpu 1440
sock 4096
vmalloc 0
shmem 8192
zswap 0
zswapped 0
file_mapped 4001792
file_dirty 32768
file_writeback 1
swapcached 0
anon_thp 2097152
file_thp 0
shmem_thp 0
inactive_anon 1761280
active_anon 8193
inactive_file 4087808
active_file 2355200
unevictable 2
slab_reclaimable 1072184
slab_unreclaimable 377160
slab 1449344
workingset_refault_anon 5
workingset_refault_file 2437
workingset_activate_anon 6
workingset_activate_file 7
workingset_restore_anon 0
workingset_restore_file 0
workingset_nodereclaim 8
pgscan 9
pgsteal 10
pgscan_kswapd 0
pgfault 114887
pgmajfault 14
pgrefill 11
pgactivate 12
pgdeactivate 13
pglazyfree 15
pglazyfreed 16
thp_fault_alloc 17
thp_collapse_alloc 18
`,
  "memory.current": "10002432\n",
  "memory.max": "16777216\n",
  "memory.peak": "16777217\n",
  "memory.swap.current": "0\n",
  "memory.swap.max": "max\n",
  "memory.events": "low 0\nhigh 1\nmax 2\noom 3\noom_kill 4\noom_group_kill 5\n",
  "io.stat":
    "254:0 rbytes=90430464 wbytes=299008000 rios=8950 wios=1252 dbytes=0 dios=0\n7:1 \n8:16 rbytes=1 wbytes=2 rios=3 wios=4 cost.usage=0\n",
  "hugetlb.2MB.current": "2097152\n",
  "hugetlb.2MB.max": "max\n",
  "hugetlb.2MB.events": "max 6\n",
};

test("readV2Metrics() reads every controller", () => {
  const metrics = readV2Metrics((name) => files[name], ["1GB", "2MB"]);
  expect(metrics).toMatchObject({
    pids: { current: 3, limit: unlimited },
    cpu: {
      usageUsec: 328131,
      userUsec: 237190,
      systemUsec: 90941,
      nrPeriods: 12,
      nrThrottled: 3,
      throttledUsec: 450000,
      nrBursts: 1,
      burstUsec: 20,
      psi: { some: { avg10: 1.5, total: 900 }, full: { total: 0 } },
    },
    memory: { usage: 10002432, usageLimit: 16777216, maxUsage: 16777217, swapUsage: 0, swapLimit: unlimited },
    memoryEvents: { low: 0, high: 1, max: 2, oom: 3, oomKill: 4, oomGroupKill: 5 },
    hugetlb: [{ pagesize: "2MB", current: 2097152, max: unlimited, failcnt: 6 }],
    rdma: null,
  });
  expect(metrics.io?.usage).toEqual([
    { major: 254, minor: 0, rbytes: 90430464, wbytes: 299008000, rios: 8950, wios: 1252 },
    { major: 7, minor: 1 },
    { major: 8, minor: 16, rbytes: 1, wbytes: 2, rios: 3, wios: 4 },
  ]);
});

test("readV2Metrics() reads memory.stat under the message's names", () => {
  const { memory } = readV2Metrics((name) => files[name], []);
  expect(memory).toMatchObject({
    anon: 1880064,
    kernelStack: 32768,
    fileMapped: 4001792,
    inactiveFile: 4087808,
  });
  expect(memory).toMatchObject({
    slab: 1449344,
    workingsetActivateFile: 7,
    pglazyfreed: 16,
    thpCollapseAlloc: 18,
  });
  expect(memory).not.toHaveProperty("workingsetRefault");
});

test("readV2Metrics() leaves out what is not enabled: at the root of a hybrid system that is nearly all", () => {
  const root: Record<string, string> = { "cpu.stat": "usage_usec 5\nuser_usec 3\nsystem_usec 2\n" };
  expect(readV2Metrics((name) => root[name], ["2MB"])).toEqual({
    pids: null,
    cpu: { usageUsec: 5, userUsec: 3, systemUsec: 2, psi: null },
    memory: null,
    memoryEvents: null,
    io: null,
    rdma: null,
    hugetlb: [],
  });
});
