/** The fields of the message that come from memory.stat, and what the kernel calls them. */
export const memoryStatFields = {
  anon: "anon",
  file: "file",
  kernelStack: "kernel_stack",
  slab: "slab",
  sock: "sock",
  shmem: "shmem",
  fileMapped: "file_mapped",
  fileDirty: "file_dirty",
  fileWriteback: "file_writeback",
  anonThp: "anon_thp",
  inactiveAnon: "inactive_anon",
  activeAnon: "active_anon",
  inactiveFile: "inactive_file",
  activeFile: "active_file",
  unevictable: "unevictable",
  slabReclaimable: "slab_reclaimable",
  slabUnreclaimable: "slab_unreclaimable",
  pgfault: "pgfault",
  pgmajfault: "pgmajfault",
  workingsetRefault: "workingset_refault",
  workingsetActivate: "workingset_activate",
  workingsetNodereclaim: "workingset_nodereclaim",
  pgrefill: "pgrefill",
  pgscan: "pgscan",
  pgsteal: "pgsteal",
  pgactivate: "pgactivate",
  pgdeactivate: "pgdeactivate",
  pglazyfree: "pglazyfree",
  pglazyfreed: "pglazyfreed",
  thpFaultAlloc: "thp_fault_alloc",
  thpCollapseAlloc: "thp_collapse_alloc",
  workingsetRefaultAnon: "workingset_refault_anon",
  workingsetRefaultFile: "workingset_refault_file",
  workingsetActivateAnon: "workingset_activate_anon",
  workingsetActivateFile: "workingset_activate_file",
} as const;

/** Those of cpu.stat. */
export const cpuFields = {
  usageUsec: "usage_usec",
  userUsec: "user_usec",
  systemUsec: "system_usec",
  nrPeriods: "nr_periods",
  nrThrottled: "nr_throttled",
  throttledUsec: "throttled_usec",
  nrBursts: "nr_bursts",
  burstUsec: "burst_usec",
} as const;

/** Those of memory.events. */
export const eventFields = {
  low: "low",
  high: "high",
  max: "max",
  oom: "oom",
  oomKill: "oom_kill",
  oomGroupKill: "oom_group_kill",
} as const;

/** Those of a line of io.stat. */
export const ioFields = { rbytes: "rbytes", wbytes: "wbytes", rios: "rios", wios: "wios" } as const;
