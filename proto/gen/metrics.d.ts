import * as $protobuf from "protobufjs/minimal.js";
import type { Uint64 as Long } from "../uint64.ts";

/** Namespace io. */
export namespace io {

    /** Namespace containerd. */
    namespace containerd {

        /** Namespace cgroups. */
        namespace cgroups {

            /** Namespace v1. */
            namespace v1 {

                /**
                 * Properties of a Metrics.
                 * @deprecated Use io.containerd.cgroups.v1.Metrics.$Properties instead.
                 */
                interface IMetrics extends io.containerd.cgroups.v1.Metrics.$Properties {
                }

                /** Represents a Metrics. */
                class Metrics {

                    /**
                     * Constructs a new Metrics.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: io.containerd.cgroups.v1.Metrics.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** Metrics hugetlb. */
                    hugetlb: io.containerd.cgroups.v1.HugetlbStat.$Properties[];

                    /** Metrics pids. */
                    pids?: (io.containerd.cgroups.v1.PidsStat.$Properties|null);

                    /** Metrics cpu. */
                    cpu?: (io.containerd.cgroups.v1.CPUStat.$Properties|null);

                    /** Metrics memory. */
                    memory?: (io.containerd.cgroups.v1.MemoryStat.$Properties|null);

                    /** Metrics blkio. */
                    blkio?: (io.containerd.cgroups.v1.BlkIOStat.$Properties|null);

                    /** Metrics rdma. */
                    rdma?: (io.containerd.cgroups.v1.RdmaStat.$Properties|null);

                    /** Metrics network. */
                    network: io.containerd.cgroups.v1.NetworkStat.$Properties[];

                    /** Metrics cgroupStats. */
                    cgroupStats?: (io.containerd.cgroups.v1.CgroupStats.$Properties|null);

                    /** Metrics memoryOomControl. */
                    memoryOomControl?: (io.containerd.cgroups.v1.MemoryOomControl.$Properties|null);

                    /**
                     * Encodes the specified Metrics message. Does not implicitly {@link io.containerd.cgroups.v1.Metrics.verify|verify} messages.
                     * @param message Metrics message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: io.containerd.cgroups.v1.Metrics.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
                }

                namespace Metrics {

                    /** Properties of a Metrics. */
                    interface $Properties {

                        /** Metrics hugetlb */
                        hugetlb?: (io.containerd.cgroups.v1.HugetlbStat.$Properties[]|null);

                        /** Metrics pids */
                        pids?: (io.containerd.cgroups.v1.PidsStat.$Properties|null);

                        /** Metrics cpu */
                        cpu?: (io.containerd.cgroups.v1.CPUStat.$Properties|null);

                        /** Metrics memory */
                        memory?: (io.containerd.cgroups.v1.MemoryStat.$Properties|null);

                        /** Metrics blkio */
                        blkio?: (io.containerd.cgroups.v1.BlkIOStat.$Properties|null);

                        /** Metrics rdma */
                        rdma?: (io.containerd.cgroups.v1.RdmaStat.$Properties|null);

                        /** Metrics network */
                        network?: (io.containerd.cgroups.v1.NetworkStat.$Properties[]|null);

                        /** Metrics cgroupStats */
                        cgroupStats?: (io.containerd.cgroups.v1.CgroupStats.$Properties|null);

                        /** Metrics memoryOomControl */
                        memoryOomControl?: (io.containerd.cgroups.v1.MemoryOomControl.$Properties|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a Metrics. */
                    type $Shape = io.containerd.cgroups.v1.Metrics.$Properties;
                }

                /**
                 * Properties of a HugetlbStat.
                 * @deprecated Use io.containerd.cgroups.v1.HugetlbStat.$Properties instead.
                 */
                interface IHugetlbStat extends io.containerd.cgroups.v1.HugetlbStat.$Properties {
                }

                /** Represents a HugetlbStat. */
                class HugetlbStat {

                    /**
                     * Constructs a new HugetlbStat.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: io.containerd.cgroups.v1.HugetlbStat.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** HugetlbStat usage. */
                    usage: (number|Long);

                    /** HugetlbStat max. */
                    max: (number|Long);

                    /** HugetlbStat failcnt. */
                    failcnt: (number|Long);

                    /** HugetlbStat pagesize. */
                    pagesize: string;

                    /**
                     * Encodes the specified HugetlbStat message. Does not implicitly {@link io.containerd.cgroups.v1.HugetlbStat.verify|verify} messages.
                     * @param message HugetlbStat message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: io.containerd.cgroups.v1.HugetlbStat.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
                }

                namespace HugetlbStat {

                    /** Properties of a HugetlbStat. */
                    interface $Properties {

                        /** HugetlbStat usage */
                        usage?: (number|Long|null);

                        /** HugetlbStat max */
                        max?: (number|Long|null);

                        /** HugetlbStat failcnt */
                        failcnt?: (number|Long|null);

                        /** HugetlbStat pagesize */
                        pagesize?: (string|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a HugetlbStat. */
                    type $Shape = io.containerd.cgroups.v1.HugetlbStat.$Properties;
                }

                /**
                 * Properties of a PidsStat.
                 * @deprecated Use io.containerd.cgroups.v1.PidsStat.$Properties instead.
                 */
                interface IPidsStat extends io.containerd.cgroups.v1.PidsStat.$Properties {
                }

                /** Represents a PidsStat. */
                class PidsStat {

                    /**
                     * Constructs a new PidsStat.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: io.containerd.cgroups.v1.PidsStat.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** PidsStat current. */
                    current: (number|Long);

                    /** PidsStat limit. */
                    limit: (number|Long);

                    /**
                     * Encodes the specified PidsStat message. Does not implicitly {@link io.containerd.cgroups.v1.PidsStat.verify|verify} messages.
                     * @param message PidsStat message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: io.containerd.cgroups.v1.PidsStat.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
                }

                namespace PidsStat {

                    /** Properties of a PidsStat. */
                    interface $Properties {

                        /** PidsStat current */
                        current?: (number|Long|null);

                        /** PidsStat limit */
                        limit?: (number|Long|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a PidsStat. */
                    type $Shape = io.containerd.cgroups.v1.PidsStat.$Properties;
                }

                /**
                 * Properties of a CPUStat.
                 * @deprecated Use io.containerd.cgroups.v1.CPUStat.$Properties instead.
                 */
                interface ICPUStat extends io.containerd.cgroups.v1.CPUStat.$Properties {
                }

                /** Represents a CPUStat. */
                class CPUStat {

                    /**
                     * Constructs a new CPUStat.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: io.containerd.cgroups.v1.CPUStat.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** CPUStat usage. */
                    usage?: (io.containerd.cgroups.v1.CPUUsage.$Properties|null);

                    /** CPUStat throttling. */
                    throttling?: (io.containerd.cgroups.v1.Throttle.$Properties|null);

                    /**
                     * Encodes the specified CPUStat message. Does not implicitly {@link io.containerd.cgroups.v1.CPUStat.verify|verify} messages.
                     * @param message CPUStat message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: io.containerd.cgroups.v1.CPUStat.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
                }

                namespace CPUStat {

                    /** Properties of a CPUStat. */
                    interface $Properties {

                        /** CPUStat usage */
                        usage?: (io.containerd.cgroups.v1.CPUUsage.$Properties|null);

                        /** CPUStat throttling */
                        throttling?: (io.containerd.cgroups.v1.Throttle.$Properties|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a CPUStat. */
                    type $Shape = io.containerd.cgroups.v1.CPUStat.$Properties;
                }

                /**
                 * Properties of a CPUUsage.
                 * @deprecated Use io.containerd.cgroups.v1.CPUUsage.$Properties instead.
                 */
                interface ICPUUsage extends io.containerd.cgroups.v1.CPUUsage.$Properties {
                }

                /** Represents a CPUUsage. */
                class CPUUsage {

                    /**
                     * Constructs a new CPUUsage.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: io.containerd.cgroups.v1.CPUUsage.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** CPUUsage total. */
                    total: (number|Long);

                    /** CPUUsage kernel. */
                    kernel: (number|Long);

                    /** CPUUsage user. */
                    user: (number|Long);

                    /** CPUUsage perCpu. */
                    perCpu: (number|Long)[];

                    /**
                     * Encodes the specified CPUUsage message. Does not implicitly {@link io.containerd.cgroups.v1.CPUUsage.verify|verify} messages.
                     * @param message CPUUsage message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: io.containerd.cgroups.v1.CPUUsage.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
                }

                namespace CPUUsage {

                    /** Properties of a CPUUsage. */
                    interface $Properties {

                        /** CPUUsage total */
                        total?: (number|Long|null);

                        /** CPUUsage kernel */
                        kernel?: (number|Long|null);

                        /** CPUUsage user */
                        user?: (number|Long|null);

                        /** CPUUsage perCpu */
                        perCpu?: ((number|Long)[]|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a CPUUsage. */
                    type $Shape = io.containerd.cgroups.v1.CPUUsage.$Properties;
                }

                /**
                 * Properties of a Throttle.
                 * @deprecated Use io.containerd.cgroups.v1.Throttle.$Properties instead.
                 */
                interface IThrottle extends io.containerd.cgroups.v1.Throttle.$Properties {
                }

                /** Represents a Throttle. */
                class Throttle {

                    /**
                     * Constructs a new Throttle.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: io.containerd.cgroups.v1.Throttle.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** Throttle periods. */
                    periods: (number|Long);

                    /** Throttle throttledPeriods. */
                    throttledPeriods: (number|Long);

                    /** Throttle throttledTime. */
                    throttledTime: (number|Long);

                    /**
                     * Encodes the specified Throttle message. Does not implicitly {@link io.containerd.cgroups.v1.Throttle.verify|verify} messages.
                     * @param message Throttle message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: io.containerd.cgroups.v1.Throttle.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
                }

                namespace Throttle {

                    /** Properties of a Throttle. */
                    interface $Properties {

                        /** Throttle periods */
                        periods?: (number|Long|null);

                        /** Throttle throttledPeriods */
                        throttledPeriods?: (number|Long|null);

                        /** Throttle throttledTime */
                        throttledTime?: (number|Long|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a Throttle. */
                    type $Shape = io.containerd.cgroups.v1.Throttle.$Properties;
                }

                /**
                 * Properties of a MemoryStat.
                 * @deprecated Use io.containerd.cgroups.v1.MemoryStat.$Properties instead.
                 */
                interface IMemoryStat extends io.containerd.cgroups.v1.MemoryStat.$Properties {
                }

                /** Represents a MemoryStat. */
                class MemoryStat {

                    /**
                     * Constructs a new MemoryStat.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: io.containerd.cgroups.v1.MemoryStat.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** MemoryStat cache. */
                    cache: (number|Long);

                    /** MemoryStat rss. */
                    rss: (number|Long);

                    /** MemoryStat rssHuge. */
                    rssHuge: (number|Long);

                    /** MemoryStat mappedFile. */
                    mappedFile: (number|Long);

                    /** MemoryStat dirty. */
                    dirty: (number|Long);

                    /** MemoryStat writeback. */
                    writeback: (number|Long);

                    /** MemoryStat pgPgIn. */
                    pgPgIn: (number|Long);

                    /** MemoryStat pgPgOut. */
                    pgPgOut: (number|Long);

                    /** MemoryStat pgFault. */
                    pgFault: (number|Long);

                    /** MemoryStat pgMajFault. */
                    pgMajFault: (number|Long);

                    /** MemoryStat inactiveAnon. */
                    inactiveAnon: (number|Long);

                    /** MemoryStat activeAnon. */
                    activeAnon: (number|Long);

                    /** MemoryStat inactiveFile. */
                    inactiveFile: (number|Long);

                    /** MemoryStat activeFile. */
                    activeFile: (number|Long);

                    /** MemoryStat unevictable. */
                    unevictable: (number|Long);

                    /** MemoryStat hierarchicalMemoryLimit. */
                    hierarchicalMemoryLimit: (number|Long);

                    /** MemoryStat hierarchicalSwapLimit. */
                    hierarchicalSwapLimit: (number|Long);

                    /** MemoryStat totalCache. */
                    totalCache: (number|Long);

                    /** MemoryStat totalRss. */
                    totalRss: (number|Long);

                    /** MemoryStat totalRssHuge. */
                    totalRssHuge: (number|Long);

                    /** MemoryStat totalMappedFile. */
                    totalMappedFile: (number|Long);

                    /** MemoryStat totalDirty. */
                    totalDirty: (number|Long);

                    /** MemoryStat totalWriteback. */
                    totalWriteback: (number|Long);

                    /** MemoryStat totalPgPgIn. */
                    totalPgPgIn: (number|Long);

                    /** MemoryStat totalPgPgOut. */
                    totalPgPgOut: (number|Long);

                    /** MemoryStat totalPgFault. */
                    totalPgFault: (number|Long);

                    /** MemoryStat totalPgMajFault. */
                    totalPgMajFault: (number|Long);

                    /** MemoryStat totalInactiveAnon. */
                    totalInactiveAnon: (number|Long);

                    /** MemoryStat totalActiveAnon. */
                    totalActiveAnon: (number|Long);

                    /** MemoryStat totalInactiveFile. */
                    totalInactiveFile: (number|Long);

                    /** MemoryStat totalActiveFile. */
                    totalActiveFile: (number|Long);

                    /** MemoryStat totalUnevictable. */
                    totalUnevictable: (number|Long);

                    /** MemoryStat usage. */
                    usage?: (io.containerd.cgroups.v1.MemoryEntry.$Properties|null);

                    /** MemoryStat swap. */
                    swap?: (io.containerd.cgroups.v1.MemoryEntry.$Properties|null);

                    /** MemoryStat kernel. */
                    kernel?: (io.containerd.cgroups.v1.MemoryEntry.$Properties|null);

                    /** MemoryStat kernelTcp. */
                    kernelTcp?: (io.containerd.cgroups.v1.MemoryEntry.$Properties|null);

                    /**
                     * Encodes the specified MemoryStat message. Does not implicitly {@link io.containerd.cgroups.v1.MemoryStat.verify|verify} messages.
                     * @param message MemoryStat message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: io.containerd.cgroups.v1.MemoryStat.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
                }

                namespace MemoryStat {

                    /** Properties of a MemoryStat. */
                    interface $Properties {

                        /** MemoryStat cache */
                        cache?: (number|Long|null);

                        /** MemoryStat rss */
                        rss?: (number|Long|null);

                        /** MemoryStat rssHuge */
                        rssHuge?: (number|Long|null);

                        /** MemoryStat mappedFile */
                        mappedFile?: (number|Long|null);

                        /** MemoryStat dirty */
                        dirty?: (number|Long|null);

                        /** MemoryStat writeback */
                        writeback?: (number|Long|null);

                        /** MemoryStat pgPgIn */
                        pgPgIn?: (number|Long|null);

                        /** MemoryStat pgPgOut */
                        pgPgOut?: (number|Long|null);

                        /** MemoryStat pgFault */
                        pgFault?: (number|Long|null);

                        /** MemoryStat pgMajFault */
                        pgMajFault?: (number|Long|null);

                        /** MemoryStat inactiveAnon */
                        inactiveAnon?: (number|Long|null);

                        /** MemoryStat activeAnon */
                        activeAnon?: (number|Long|null);

                        /** MemoryStat inactiveFile */
                        inactiveFile?: (number|Long|null);

                        /** MemoryStat activeFile */
                        activeFile?: (number|Long|null);

                        /** MemoryStat unevictable */
                        unevictable?: (number|Long|null);

                        /** MemoryStat hierarchicalMemoryLimit */
                        hierarchicalMemoryLimit?: (number|Long|null);

                        /** MemoryStat hierarchicalSwapLimit */
                        hierarchicalSwapLimit?: (number|Long|null);

                        /** MemoryStat totalCache */
                        totalCache?: (number|Long|null);

                        /** MemoryStat totalRss */
                        totalRss?: (number|Long|null);

                        /** MemoryStat totalRssHuge */
                        totalRssHuge?: (number|Long|null);

                        /** MemoryStat totalMappedFile */
                        totalMappedFile?: (number|Long|null);

                        /** MemoryStat totalDirty */
                        totalDirty?: (number|Long|null);

                        /** MemoryStat totalWriteback */
                        totalWriteback?: (number|Long|null);

                        /** MemoryStat totalPgPgIn */
                        totalPgPgIn?: (number|Long|null);

                        /** MemoryStat totalPgPgOut */
                        totalPgPgOut?: (number|Long|null);

                        /** MemoryStat totalPgFault */
                        totalPgFault?: (number|Long|null);

                        /** MemoryStat totalPgMajFault */
                        totalPgMajFault?: (number|Long|null);

                        /** MemoryStat totalInactiveAnon */
                        totalInactiveAnon?: (number|Long|null);

                        /** MemoryStat totalActiveAnon */
                        totalActiveAnon?: (number|Long|null);

                        /** MemoryStat totalInactiveFile */
                        totalInactiveFile?: (number|Long|null);

                        /** MemoryStat totalActiveFile */
                        totalActiveFile?: (number|Long|null);

                        /** MemoryStat totalUnevictable */
                        totalUnevictable?: (number|Long|null);

                        /** MemoryStat usage */
                        usage?: (io.containerd.cgroups.v1.MemoryEntry.$Properties|null);

                        /** MemoryStat swap */
                        swap?: (io.containerd.cgroups.v1.MemoryEntry.$Properties|null);

                        /** MemoryStat kernel */
                        kernel?: (io.containerd.cgroups.v1.MemoryEntry.$Properties|null);

                        /** MemoryStat kernelTcp */
                        kernelTcp?: (io.containerd.cgroups.v1.MemoryEntry.$Properties|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a MemoryStat. */
                    type $Shape = io.containerd.cgroups.v1.MemoryStat.$Properties;
                }

                /**
                 * Properties of a MemoryEntry.
                 * @deprecated Use io.containerd.cgroups.v1.MemoryEntry.$Properties instead.
                 */
                interface IMemoryEntry extends io.containerd.cgroups.v1.MemoryEntry.$Properties {
                }

                /** Represents a MemoryEntry. */
                class MemoryEntry {

                    /**
                     * Constructs a new MemoryEntry.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: io.containerd.cgroups.v1.MemoryEntry.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** MemoryEntry limit. */
                    limit: (number|Long);

                    /** MemoryEntry usage. */
                    usage: (number|Long);

                    /** MemoryEntry max. */
                    max: (number|Long);

                    /** MemoryEntry failcnt. */
                    failcnt: (number|Long);

                    /**
                     * Encodes the specified MemoryEntry message. Does not implicitly {@link io.containerd.cgroups.v1.MemoryEntry.verify|verify} messages.
                     * @param message MemoryEntry message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: io.containerd.cgroups.v1.MemoryEntry.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
                }

                namespace MemoryEntry {

                    /** Properties of a MemoryEntry. */
                    interface $Properties {

                        /** MemoryEntry limit */
                        limit?: (number|Long|null);

                        /** MemoryEntry usage */
                        usage?: (number|Long|null);

                        /** MemoryEntry max */
                        max?: (number|Long|null);

                        /** MemoryEntry failcnt */
                        failcnt?: (number|Long|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a MemoryEntry. */
                    type $Shape = io.containerd.cgroups.v1.MemoryEntry.$Properties;
                }

                /**
                 * Properties of a MemoryOomControl.
                 * @deprecated Use io.containerd.cgroups.v1.MemoryOomControl.$Properties instead.
                 */
                interface IMemoryOomControl extends io.containerd.cgroups.v1.MemoryOomControl.$Properties {
                }

                /** Represents a MemoryOomControl. */
                class MemoryOomControl {

                    /**
                     * Constructs a new MemoryOomControl.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: io.containerd.cgroups.v1.MemoryOomControl.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** MemoryOomControl oomKillDisable. */
                    oomKillDisable: (number|Long);

                    /** MemoryOomControl underOom. */
                    underOom: (number|Long);

                    /** MemoryOomControl oomKill. */
                    oomKill: (number|Long);

                    /**
                     * Encodes the specified MemoryOomControl message. Does not implicitly {@link io.containerd.cgroups.v1.MemoryOomControl.verify|verify} messages.
                     * @param message MemoryOomControl message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: io.containerd.cgroups.v1.MemoryOomControl.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
                }

                namespace MemoryOomControl {

                    /** Properties of a MemoryOomControl. */
                    interface $Properties {

                        /** MemoryOomControl oomKillDisable */
                        oomKillDisable?: (number|Long|null);

                        /** MemoryOomControl underOom */
                        underOom?: (number|Long|null);

                        /** MemoryOomControl oomKill */
                        oomKill?: (number|Long|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a MemoryOomControl. */
                    type $Shape = io.containerd.cgroups.v1.MemoryOomControl.$Properties;
                }

                /**
                 * Properties of a BlkIOStat.
                 * @deprecated Use io.containerd.cgroups.v1.BlkIOStat.$Properties instead.
                 */
                interface IBlkIOStat extends io.containerd.cgroups.v1.BlkIOStat.$Properties {
                }

                /** Represents a BlkIOStat. */
                class BlkIOStat {

                    /**
                     * Constructs a new BlkIOStat.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: io.containerd.cgroups.v1.BlkIOStat.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** BlkIOStat ioServiceBytesRecursive. */
                    ioServiceBytesRecursive: io.containerd.cgroups.v1.BlkIOEntry.$Properties[];

                    /** BlkIOStat ioServicedRecursive. */
                    ioServicedRecursive: io.containerd.cgroups.v1.BlkIOEntry.$Properties[];

                    /** BlkIOStat ioQueuedRecursive. */
                    ioQueuedRecursive: io.containerd.cgroups.v1.BlkIOEntry.$Properties[];

                    /** BlkIOStat ioServiceTimeRecursive. */
                    ioServiceTimeRecursive: io.containerd.cgroups.v1.BlkIOEntry.$Properties[];

                    /** BlkIOStat ioWaitTimeRecursive. */
                    ioWaitTimeRecursive: io.containerd.cgroups.v1.BlkIOEntry.$Properties[];

                    /** BlkIOStat ioMergedRecursive. */
                    ioMergedRecursive: io.containerd.cgroups.v1.BlkIOEntry.$Properties[];

                    /** BlkIOStat ioTimeRecursive. */
                    ioTimeRecursive: io.containerd.cgroups.v1.BlkIOEntry.$Properties[];

                    /** BlkIOStat sectorsRecursive. */
                    sectorsRecursive: io.containerd.cgroups.v1.BlkIOEntry.$Properties[];

                    /**
                     * Encodes the specified BlkIOStat message. Does not implicitly {@link io.containerd.cgroups.v1.BlkIOStat.verify|verify} messages.
                     * @param message BlkIOStat message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: io.containerd.cgroups.v1.BlkIOStat.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
                }

                namespace BlkIOStat {

                    /** Properties of a BlkIOStat. */
                    interface $Properties {

                        /** BlkIOStat ioServiceBytesRecursive */
                        ioServiceBytesRecursive?: (io.containerd.cgroups.v1.BlkIOEntry.$Properties[]|null);

                        /** BlkIOStat ioServicedRecursive */
                        ioServicedRecursive?: (io.containerd.cgroups.v1.BlkIOEntry.$Properties[]|null);

                        /** BlkIOStat ioQueuedRecursive */
                        ioQueuedRecursive?: (io.containerd.cgroups.v1.BlkIOEntry.$Properties[]|null);

                        /** BlkIOStat ioServiceTimeRecursive */
                        ioServiceTimeRecursive?: (io.containerd.cgroups.v1.BlkIOEntry.$Properties[]|null);

                        /** BlkIOStat ioWaitTimeRecursive */
                        ioWaitTimeRecursive?: (io.containerd.cgroups.v1.BlkIOEntry.$Properties[]|null);

                        /** BlkIOStat ioMergedRecursive */
                        ioMergedRecursive?: (io.containerd.cgroups.v1.BlkIOEntry.$Properties[]|null);

                        /** BlkIOStat ioTimeRecursive */
                        ioTimeRecursive?: (io.containerd.cgroups.v1.BlkIOEntry.$Properties[]|null);

                        /** BlkIOStat sectorsRecursive */
                        sectorsRecursive?: (io.containerd.cgroups.v1.BlkIOEntry.$Properties[]|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a BlkIOStat. */
                    type $Shape = io.containerd.cgroups.v1.BlkIOStat.$Properties;
                }

                /**
                 * Properties of a BlkIOEntry.
                 * @deprecated Use io.containerd.cgroups.v1.BlkIOEntry.$Properties instead.
                 */
                interface IBlkIOEntry extends io.containerd.cgroups.v1.BlkIOEntry.$Properties {
                }

                /** Represents a BlkIOEntry. */
                class BlkIOEntry {

                    /**
                     * Constructs a new BlkIOEntry.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: io.containerd.cgroups.v1.BlkIOEntry.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** BlkIOEntry op. */
                    op: string;

                    /** BlkIOEntry device. */
                    device: string;

                    /** BlkIOEntry major. */
                    major: (number|Long);

                    /** BlkIOEntry minor. */
                    minor: (number|Long);

                    /** BlkIOEntry value. */
                    value: (number|Long);

                    /**
                     * Encodes the specified BlkIOEntry message. Does not implicitly {@link io.containerd.cgroups.v1.BlkIOEntry.verify|verify} messages.
                     * @param message BlkIOEntry message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: io.containerd.cgroups.v1.BlkIOEntry.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
                }

                namespace BlkIOEntry {

                    /** Properties of a BlkIOEntry. */
                    interface $Properties {

                        /** BlkIOEntry op */
                        op?: (string|null);

                        /** BlkIOEntry device */
                        device?: (string|null);

                        /** BlkIOEntry major */
                        major?: (number|Long|null);

                        /** BlkIOEntry minor */
                        minor?: (number|Long|null);

                        /** BlkIOEntry value */
                        value?: (number|Long|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a BlkIOEntry. */
                    type $Shape = io.containerd.cgroups.v1.BlkIOEntry.$Properties;
                }

                /**
                 * Properties of a RdmaStat.
                 * @deprecated Use io.containerd.cgroups.v1.RdmaStat.$Properties instead.
                 */
                interface IRdmaStat extends io.containerd.cgroups.v1.RdmaStat.$Properties {
                }

                /** Represents a RdmaStat. */
                class RdmaStat {

                    /**
                     * Constructs a new RdmaStat.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: io.containerd.cgroups.v1.RdmaStat.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** RdmaStat current. */
                    current: io.containerd.cgroups.v1.RdmaEntry.$Properties[];

                    /** RdmaStat limit. */
                    limit: io.containerd.cgroups.v1.RdmaEntry.$Properties[];

                    /**
                     * Encodes the specified RdmaStat message. Does not implicitly {@link io.containerd.cgroups.v1.RdmaStat.verify|verify} messages.
                     * @param message RdmaStat message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: io.containerd.cgroups.v1.RdmaStat.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
                }

                namespace RdmaStat {

                    /** Properties of a RdmaStat. */
                    interface $Properties {

                        /** RdmaStat current */
                        current?: (io.containerd.cgroups.v1.RdmaEntry.$Properties[]|null);

                        /** RdmaStat limit */
                        limit?: (io.containerd.cgroups.v1.RdmaEntry.$Properties[]|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a RdmaStat. */
                    type $Shape = io.containerd.cgroups.v1.RdmaStat.$Properties;
                }

                /**
                 * Properties of a RdmaEntry.
                 * @deprecated Use io.containerd.cgroups.v1.RdmaEntry.$Properties instead.
                 */
                interface IRdmaEntry extends io.containerd.cgroups.v1.RdmaEntry.$Properties {
                }

                /** Represents a RdmaEntry. */
                class RdmaEntry {

                    /**
                     * Constructs a new RdmaEntry.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: io.containerd.cgroups.v1.RdmaEntry.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** RdmaEntry device. */
                    device: string;

                    /** RdmaEntry hcaHandles. */
                    hcaHandles: number;

                    /** RdmaEntry hcaObjects. */
                    hcaObjects: number;

                    /**
                     * Encodes the specified RdmaEntry message. Does not implicitly {@link io.containerd.cgroups.v1.RdmaEntry.verify|verify} messages.
                     * @param message RdmaEntry message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: io.containerd.cgroups.v1.RdmaEntry.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
                }

                namespace RdmaEntry {

                    /** Properties of a RdmaEntry. */
                    interface $Properties {

                        /** RdmaEntry device */
                        device?: (string|null);

                        /** RdmaEntry hcaHandles */
                        hcaHandles?: (number|null);

                        /** RdmaEntry hcaObjects */
                        hcaObjects?: (number|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a RdmaEntry. */
                    type $Shape = io.containerd.cgroups.v1.RdmaEntry.$Properties;
                }

                /**
                 * Properties of a NetworkStat.
                 * @deprecated Use io.containerd.cgroups.v1.NetworkStat.$Properties instead.
                 */
                interface INetworkStat extends io.containerd.cgroups.v1.NetworkStat.$Properties {
                }

                /** Represents a NetworkStat. */
                class NetworkStat {

                    /**
                     * Constructs a new NetworkStat.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: io.containerd.cgroups.v1.NetworkStat.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** NetworkStat name. */
                    name: string;

                    /** NetworkStat rxBytes. */
                    rxBytes: (number|Long);

                    /** NetworkStat rxPackets. */
                    rxPackets: (number|Long);

                    /** NetworkStat rxErrors. */
                    rxErrors: (number|Long);

                    /** NetworkStat rxDropped. */
                    rxDropped: (number|Long);

                    /** NetworkStat txBytes. */
                    txBytes: (number|Long);

                    /** NetworkStat txPackets. */
                    txPackets: (number|Long);

                    /** NetworkStat txErrors. */
                    txErrors: (number|Long);

                    /** NetworkStat txDropped. */
                    txDropped: (number|Long);

                    /**
                     * Encodes the specified NetworkStat message. Does not implicitly {@link io.containerd.cgroups.v1.NetworkStat.verify|verify} messages.
                     * @param message NetworkStat message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: io.containerd.cgroups.v1.NetworkStat.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
                }

                namespace NetworkStat {

                    /** Properties of a NetworkStat. */
                    interface $Properties {

                        /** NetworkStat name */
                        name?: (string|null);

                        /** NetworkStat rxBytes */
                        rxBytes?: (number|Long|null);

                        /** NetworkStat rxPackets */
                        rxPackets?: (number|Long|null);

                        /** NetworkStat rxErrors */
                        rxErrors?: (number|Long|null);

                        /** NetworkStat rxDropped */
                        rxDropped?: (number|Long|null);

                        /** NetworkStat txBytes */
                        txBytes?: (number|Long|null);

                        /** NetworkStat txPackets */
                        txPackets?: (number|Long|null);

                        /** NetworkStat txErrors */
                        txErrors?: (number|Long|null);

                        /** NetworkStat txDropped */
                        txDropped?: (number|Long|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a NetworkStat. */
                    type $Shape = io.containerd.cgroups.v1.NetworkStat.$Properties;
                }

                /**
                 * Properties of a CgroupStats.
                 * @deprecated Use io.containerd.cgroups.v1.CgroupStats.$Properties instead.
                 */
                interface ICgroupStats extends io.containerd.cgroups.v1.CgroupStats.$Properties {
                }

                /** Represents a CgroupStats. */
                class CgroupStats {

                    /**
                     * Constructs a new CgroupStats.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: io.containerd.cgroups.v1.CgroupStats.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** CgroupStats nrSleeping. */
                    nrSleeping: (number|Long);

                    /** CgroupStats nrRunning. */
                    nrRunning: (number|Long);

                    /** CgroupStats nrStopped. */
                    nrStopped: (number|Long);

                    /** CgroupStats nrUninterruptible. */
                    nrUninterruptible: (number|Long);

                    /** CgroupStats nrIoWait. */
                    nrIoWait: (number|Long);

                    /**
                     * Encodes the specified CgroupStats message. Does not implicitly {@link io.containerd.cgroups.v1.CgroupStats.verify|verify} messages.
                     * @param message CgroupStats message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: io.containerd.cgroups.v1.CgroupStats.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
                }

                namespace CgroupStats {

                    /** Properties of a CgroupStats. */
                    interface $Properties {

                        /** CgroupStats nrSleeping */
                        nrSleeping?: (number|Long|null);

                        /** CgroupStats nrRunning */
                        nrRunning?: (number|Long|null);

                        /** CgroupStats nrStopped */
                        nrStopped?: (number|Long|null);

                        /** CgroupStats nrUninterruptible */
                        nrUninterruptible?: (number|Long|null);

                        /** CgroupStats nrIoWait */
                        nrIoWait?: (number|Long|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a CgroupStats. */
                    type $Shape = io.containerd.cgroups.v1.CgroupStats.$Properties;
                }
            }

            /** Namespace v2. */
            namespace v2 {

                /**
                 * Properties of a Metrics.
                 * @deprecated Use io.containerd.cgroups.v2.Metrics.$Properties instead.
                 */
                interface IMetrics extends io.containerd.cgroups.v2.Metrics.$Properties {
                }

                /** Represents a Metrics. */
                class Metrics {

                    /**
                     * Constructs a new Metrics.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: io.containerd.cgroups.v2.Metrics.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** Metrics pids. */
                    pids?: (io.containerd.cgroups.v2.PidsStat.$Properties|null);

                    /** Metrics cpu. */
                    cpu?: (io.containerd.cgroups.v2.CPUStat.$Properties|null);

                    /** Metrics memory. */
                    memory?: (io.containerd.cgroups.v2.MemoryStat.$Properties|null);

                    /** Metrics rdma. */
                    rdma?: (io.containerd.cgroups.v2.RdmaStat.$Properties|null);

                    /** Metrics io. */
                    io?: (io.containerd.cgroups.v2.IOStat.$Properties|null);

                    /** Metrics hugetlb. */
                    hugetlb: io.containerd.cgroups.v2.HugeTlbStat.$Properties[];

                    /** Metrics memoryEvents. */
                    memoryEvents?: (io.containerd.cgroups.v2.MemoryEvents.$Properties|null);

                    /** Metrics network. */
                    network: io.containerd.cgroups.v2.NetworkStat.$Properties[];

                    /**
                     * Encodes the specified Metrics message. Does not implicitly {@link io.containerd.cgroups.v2.Metrics.verify|verify} messages.
                     * @param message Metrics message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: io.containerd.cgroups.v2.Metrics.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
                }

                namespace Metrics {

                    /** Properties of a Metrics. */
                    interface $Properties {

                        /** Metrics pids */
                        pids?: (io.containerd.cgroups.v2.PidsStat.$Properties|null);

                        /** Metrics cpu */
                        cpu?: (io.containerd.cgroups.v2.CPUStat.$Properties|null);

                        /** Metrics memory */
                        memory?: (io.containerd.cgroups.v2.MemoryStat.$Properties|null);

                        /** Metrics rdma */
                        rdma?: (io.containerd.cgroups.v2.RdmaStat.$Properties|null);

                        /** Metrics io */
                        io?: (io.containerd.cgroups.v2.IOStat.$Properties|null);

                        /** Metrics hugetlb */
                        hugetlb?: (io.containerd.cgroups.v2.HugeTlbStat.$Properties[]|null);

                        /** Metrics memoryEvents */
                        memoryEvents?: (io.containerd.cgroups.v2.MemoryEvents.$Properties|null);

                        /** Metrics network */
                        network?: (io.containerd.cgroups.v2.NetworkStat.$Properties[]|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a Metrics. */
                    type $Shape = io.containerd.cgroups.v2.Metrics.$Properties;
                }

                /**
                 * Properties of a PSIData.
                 * @deprecated Use io.containerd.cgroups.v2.PSIData.$Properties instead.
                 */
                interface IPSIData extends io.containerd.cgroups.v2.PSIData.$Properties {
                }

                /** Represents a PSIData. */
                class PSIData {

                    /**
                     * Constructs a new PSIData.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: io.containerd.cgroups.v2.PSIData.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** PSIData avg10. */
                    avg10: number;

                    /** PSIData avg60. */
                    avg60: number;

                    /** PSIData avg300. */
                    avg300: number;

                    /** PSIData total. */
                    total: (number|Long);

                    /**
                     * Encodes the specified PSIData message. Does not implicitly {@link io.containerd.cgroups.v2.PSIData.verify|verify} messages.
                     * @param message PSIData message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: io.containerd.cgroups.v2.PSIData.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
                }

                namespace PSIData {

                    /** Properties of a PSIData. */
                    interface $Properties {

                        /** PSIData avg10 */
                        avg10?: (number|null);

                        /** PSIData avg60 */
                        avg60?: (number|null);

                        /** PSIData avg300 */
                        avg300?: (number|null);

                        /** PSIData total */
                        total?: (number|Long|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a PSIData. */
                    type $Shape = io.containerd.cgroups.v2.PSIData.$Properties;
                }

                /**
                 * Properties of a PSIStats.
                 * @deprecated Use io.containerd.cgroups.v2.PSIStats.$Properties instead.
                 */
                interface IPSIStats extends io.containerd.cgroups.v2.PSIStats.$Properties {
                }

                /** Represents a PSIStats. */
                class PSIStats {

                    /**
                     * Constructs a new PSIStats.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: io.containerd.cgroups.v2.PSIStats.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** PSIStats some. */
                    some?: (io.containerd.cgroups.v2.PSIData.$Properties|null);

                    /** PSIStats full. */
                    full?: (io.containerd.cgroups.v2.PSIData.$Properties|null);

                    /**
                     * Encodes the specified PSIStats message. Does not implicitly {@link io.containerd.cgroups.v2.PSIStats.verify|verify} messages.
                     * @param message PSIStats message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: io.containerd.cgroups.v2.PSIStats.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
                }

                namespace PSIStats {

                    /** Properties of a PSIStats. */
                    interface $Properties {

                        /** PSIStats some */
                        some?: (io.containerd.cgroups.v2.PSIData.$Properties|null);

                        /** PSIStats full */
                        full?: (io.containerd.cgroups.v2.PSIData.$Properties|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a PSIStats. */
                    type $Shape = io.containerd.cgroups.v2.PSIStats.$Properties;
                }

                /**
                 * Properties of a PidsStat.
                 * @deprecated Use io.containerd.cgroups.v2.PidsStat.$Properties instead.
                 */
                interface IPidsStat extends io.containerd.cgroups.v2.PidsStat.$Properties {
                }

                /** Represents a PidsStat. */
                class PidsStat {

                    /**
                     * Constructs a new PidsStat.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: io.containerd.cgroups.v2.PidsStat.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** PidsStat current. */
                    current: (number|Long);

                    /** PidsStat limit. */
                    limit: (number|Long);

                    /**
                     * Encodes the specified PidsStat message. Does not implicitly {@link io.containerd.cgroups.v2.PidsStat.verify|verify} messages.
                     * @param message PidsStat message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: io.containerd.cgroups.v2.PidsStat.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
                }

                namespace PidsStat {

                    /** Properties of a PidsStat. */
                    interface $Properties {

                        /** PidsStat current */
                        current?: (number|Long|null);

                        /** PidsStat limit */
                        limit?: (number|Long|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a PidsStat. */
                    type $Shape = io.containerd.cgroups.v2.PidsStat.$Properties;
                }

                /**
                 * Properties of a CPUStat.
                 * @deprecated Use io.containerd.cgroups.v2.CPUStat.$Properties instead.
                 */
                interface ICPUStat extends io.containerd.cgroups.v2.CPUStat.$Properties {
                }

                /** Represents a CPUStat. */
                class CPUStat {

                    /**
                     * Constructs a new CPUStat.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: io.containerd.cgroups.v2.CPUStat.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** CPUStat usageUsec. */
                    usageUsec: (number|Long);

                    /** CPUStat userUsec. */
                    userUsec: (number|Long);

                    /** CPUStat systemUsec. */
                    systemUsec: (number|Long);

                    /** CPUStat nrPeriods. */
                    nrPeriods: (number|Long);

                    /** CPUStat nrThrottled. */
                    nrThrottled: (number|Long);

                    /** CPUStat throttledUsec. */
                    throttledUsec: (number|Long);

                    /** CPUStat psi. */
                    psi?: (io.containerd.cgroups.v2.PSIStats.$Properties|null);

                    /** CPUStat nrBursts. */
                    nrBursts: (number|Long);

                    /** CPUStat burstUsec. */
                    burstUsec: (number|Long);

                    /**
                     * Encodes the specified CPUStat message. Does not implicitly {@link io.containerd.cgroups.v2.CPUStat.verify|verify} messages.
                     * @param message CPUStat message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: io.containerd.cgroups.v2.CPUStat.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
                }

                namespace CPUStat {

                    /** Properties of a CPUStat. */
                    interface $Properties {

                        /** CPUStat usageUsec */
                        usageUsec?: (number|Long|null);

                        /** CPUStat userUsec */
                        userUsec?: (number|Long|null);

                        /** CPUStat systemUsec */
                        systemUsec?: (number|Long|null);

                        /** CPUStat nrPeriods */
                        nrPeriods?: (number|Long|null);

                        /** CPUStat nrThrottled */
                        nrThrottled?: (number|Long|null);

                        /** CPUStat throttledUsec */
                        throttledUsec?: (number|Long|null);

                        /** CPUStat psi */
                        psi?: (io.containerd.cgroups.v2.PSIStats.$Properties|null);

                        /** CPUStat nrBursts */
                        nrBursts?: (number|Long|null);

                        /** CPUStat burstUsec */
                        burstUsec?: (number|Long|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a CPUStat. */
                    type $Shape = io.containerd.cgroups.v2.CPUStat.$Properties;
                }

                /**
                 * Properties of a MemoryStat.
                 * @deprecated Use io.containerd.cgroups.v2.MemoryStat.$Properties instead.
                 */
                interface IMemoryStat extends io.containerd.cgroups.v2.MemoryStat.$Properties {
                }

                /** Represents a MemoryStat. */
                class MemoryStat {

                    /**
                     * Constructs a new MemoryStat.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: io.containerd.cgroups.v2.MemoryStat.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** MemoryStat anon. */
                    anon: (number|Long);

                    /** MemoryStat file. */
                    file: (number|Long);

                    /** MemoryStat kernelStack. */
                    kernelStack: (number|Long);

                    /** MemoryStat slab. */
                    slab: (number|Long);

                    /** MemoryStat sock. */
                    sock: (number|Long);

                    /** MemoryStat shmem. */
                    shmem: (number|Long);

                    /** MemoryStat fileMapped. */
                    fileMapped: (number|Long);

                    /** MemoryStat fileDirty. */
                    fileDirty: (number|Long);

                    /** MemoryStat fileWriteback. */
                    fileWriteback: (number|Long);

                    /** MemoryStat anonThp. */
                    anonThp: (number|Long);

                    /** MemoryStat inactiveAnon. */
                    inactiveAnon: (number|Long);

                    /** MemoryStat activeAnon. */
                    activeAnon: (number|Long);

                    /** MemoryStat inactiveFile. */
                    inactiveFile: (number|Long);

                    /** MemoryStat activeFile. */
                    activeFile: (number|Long);

                    /** MemoryStat unevictable. */
                    unevictable: (number|Long);

                    /** MemoryStat slabReclaimable. */
                    slabReclaimable: (number|Long);

                    /** MemoryStat slabUnreclaimable. */
                    slabUnreclaimable: (number|Long);

                    /** MemoryStat pgfault. */
                    pgfault: (number|Long);

                    /** MemoryStat pgmajfault. */
                    pgmajfault: (number|Long);

                    /** MemoryStat workingsetRefault. */
                    workingsetRefault: (number|Long);

                    /** MemoryStat workingsetActivate. */
                    workingsetActivate: (number|Long);

                    /** MemoryStat workingsetNodereclaim. */
                    workingsetNodereclaim: (number|Long);

                    /** MemoryStat pgrefill. */
                    pgrefill: (number|Long);

                    /** MemoryStat pgscan. */
                    pgscan: (number|Long);

                    /** MemoryStat pgsteal. */
                    pgsteal: (number|Long);

                    /** MemoryStat pgactivate. */
                    pgactivate: (number|Long);

                    /** MemoryStat pgdeactivate. */
                    pgdeactivate: (number|Long);

                    /** MemoryStat pglazyfree. */
                    pglazyfree: (number|Long);

                    /** MemoryStat pglazyfreed. */
                    pglazyfreed: (number|Long);

                    /** MemoryStat thpFaultAlloc. */
                    thpFaultAlloc: (number|Long);

                    /** MemoryStat thpCollapseAlloc. */
                    thpCollapseAlloc: (number|Long);

                    /** MemoryStat usage. */
                    usage: (number|Long);

                    /** MemoryStat usageLimit. */
                    usageLimit: (number|Long);

                    /** MemoryStat swapUsage. */
                    swapUsage: (number|Long);

                    /** MemoryStat swapLimit. */
                    swapLimit: (number|Long);

                    /** MemoryStat maxUsage. */
                    maxUsage: (number|Long);

                    /** MemoryStat swapMaxUsage. */
                    swapMaxUsage: (number|Long);

                    /** MemoryStat psi. */
                    psi?: (io.containerd.cgroups.v2.PSIStats.$Properties|null);

                    /** MemoryStat workingsetRefaultAnon. */
                    workingsetRefaultAnon: (number|Long);

                    /** MemoryStat workingsetRefaultFile. */
                    workingsetRefaultFile: (number|Long);

                    /** MemoryStat workingsetActivateAnon. */
                    workingsetActivateAnon: (number|Long);

                    /** MemoryStat workingsetActivateFile. */
                    workingsetActivateFile: (number|Long);

                    /**
                     * Encodes the specified MemoryStat message. Does not implicitly {@link io.containerd.cgroups.v2.MemoryStat.verify|verify} messages.
                     * @param message MemoryStat message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: io.containerd.cgroups.v2.MemoryStat.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
                }

                namespace MemoryStat {

                    /** Properties of a MemoryStat. */
                    interface $Properties {

                        /** MemoryStat anon */
                        anon?: (number|Long|null);

                        /** MemoryStat file */
                        file?: (number|Long|null);

                        /** MemoryStat kernelStack */
                        kernelStack?: (number|Long|null);

                        /** MemoryStat slab */
                        slab?: (number|Long|null);

                        /** MemoryStat sock */
                        sock?: (number|Long|null);

                        /** MemoryStat shmem */
                        shmem?: (number|Long|null);

                        /** MemoryStat fileMapped */
                        fileMapped?: (number|Long|null);

                        /** MemoryStat fileDirty */
                        fileDirty?: (number|Long|null);

                        /** MemoryStat fileWriteback */
                        fileWriteback?: (number|Long|null);

                        /** MemoryStat anonThp */
                        anonThp?: (number|Long|null);

                        /** MemoryStat inactiveAnon */
                        inactiveAnon?: (number|Long|null);

                        /** MemoryStat activeAnon */
                        activeAnon?: (number|Long|null);

                        /** MemoryStat inactiveFile */
                        inactiveFile?: (number|Long|null);

                        /** MemoryStat activeFile */
                        activeFile?: (number|Long|null);

                        /** MemoryStat unevictable */
                        unevictable?: (number|Long|null);

                        /** MemoryStat slabReclaimable */
                        slabReclaimable?: (number|Long|null);

                        /** MemoryStat slabUnreclaimable */
                        slabUnreclaimable?: (number|Long|null);

                        /** MemoryStat pgfault */
                        pgfault?: (number|Long|null);

                        /** MemoryStat pgmajfault */
                        pgmajfault?: (number|Long|null);

                        /** MemoryStat workingsetRefault */
                        workingsetRefault?: (number|Long|null);

                        /** MemoryStat workingsetActivate */
                        workingsetActivate?: (number|Long|null);

                        /** MemoryStat workingsetNodereclaim */
                        workingsetNodereclaim?: (number|Long|null);

                        /** MemoryStat pgrefill */
                        pgrefill?: (number|Long|null);

                        /** MemoryStat pgscan */
                        pgscan?: (number|Long|null);

                        /** MemoryStat pgsteal */
                        pgsteal?: (number|Long|null);

                        /** MemoryStat pgactivate */
                        pgactivate?: (number|Long|null);

                        /** MemoryStat pgdeactivate */
                        pgdeactivate?: (number|Long|null);

                        /** MemoryStat pglazyfree */
                        pglazyfree?: (number|Long|null);

                        /** MemoryStat pglazyfreed */
                        pglazyfreed?: (number|Long|null);

                        /** MemoryStat thpFaultAlloc */
                        thpFaultAlloc?: (number|Long|null);

                        /** MemoryStat thpCollapseAlloc */
                        thpCollapseAlloc?: (number|Long|null);

                        /** MemoryStat usage */
                        usage?: (number|Long|null);

                        /** MemoryStat usageLimit */
                        usageLimit?: (number|Long|null);

                        /** MemoryStat swapUsage */
                        swapUsage?: (number|Long|null);

                        /** MemoryStat swapLimit */
                        swapLimit?: (number|Long|null);

                        /** MemoryStat maxUsage */
                        maxUsage?: (number|Long|null);

                        /** MemoryStat swapMaxUsage */
                        swapMaxUsage?: (number|Long|null);

                        /** MemoryStat psi */
                        psi?: (io.containerd.cgroups.v2.PSIStats.$Properties|null);

                        /** MemoryStat workingsetRefaultAnon */
                        workingsetRefaultAnon?: (number|Long|null);

                        /** MemoryStat workingsetRefaultFile */
                        workingsetRefaultFile?: (number|Long|null);

                        /** MemoryStat workingsetActivateAnon */
                        workingsetActivateAnon?: (number|Long|null);

                        /** MemoryStat workingsetActivateFile */
                        workingsetActivateFile?: (number|Long|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a MemoryStat. */
                    type $Shape = io.containerd.cgroups.v2.MemoryStat.$Properties;
                }

                /**
                 * Properties of a MemoryEvents.
                 * @deprecated Use io.containerd.cgroups.v2.MemoryEvents.$Properties instead.
                 */
                interface IMemoryEvents extends io.containerd.cgroups.v2.MemoryEvents.$Properties {
                }

                /** Represents a MemoryEvents. */
                class MemoryEvents {

                    /**
                     * Constructs a new MemoryEvents.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: io.containerd.cgroups.v2.MemoryEvents.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** MemoryEvents low. */
                    low: (number|Long);

                    /** MemoryEvents high. */
                    high: (number|Long);

                    /** MemoryEvents max. */
                    max: (number|Long);

                    /** MemoryEvents oom. */
                    oom: (number|Long);

                    /** MemoryEvents oomKill. */
                    oomKill: (number|Long);

                    /** MemoryEvents oomGroupKill. */
                    oomGroupKill: (number|Long);

                    /**
                     * Encodes the specified MemoryEvents message. Does not implicitly {@link io.containerd.cgroups.v2.MemoryEvents.verify|verify} messages.
                     * @param message MemoryEvents message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: io.containerd.cgroups.v2.MemoryEvents.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
                }

                namespace MemoryEvents {

                    /** Properties of a MemoryEvents. */
                    interface $Properties {

                        /** MemoryEvents low */
                        low?: (number|Long|null);

                        /** MemoryEvents high */
                        high?: (number|Long|null);

                        /** MemoryEvents max */
                        max?: (number|Long|null);

                        /** MemoryEvents oom */
                        oom?: (number|Long|null);

                        /** MemoryEvents oomKill */
                        oomKill?: (number|Long|null);

                        /** MemoryEvents oomGroupKill */
                        oomGroupKill?: (number|Long|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a MemoryEvents. */
                    type $Shape = io.containerd.cgroups.v2.MemoryEvents.$Properties;
                }

                /**
                 * Properties of a RdmaStat.
                 * @deprecated Use io.containerd.cgroups.v2.RdmaStat.$Properties instead.
                 */
                interface IRdmaStat extends io.containerd.cgroups.v2.RdmaStat.$Properties {
                }

                /** Represents a RdmaStat. */
                class RdmaStat {

                    /**
                     * Constructs a new RdmaStat.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: io.containerd.cgroups.v2.RdmaStat.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** RdmaStat current. */
                    current: io.containerd.cgroups.v2.RdmaEntry.$Properties[];

                    /** RdmaStat limit. */
                    limit: io.containerd.cgroups.v2.RdmaEntry.$Properties[];

                    /**
                     * Encodes the specified RdmaStat message. Does not implicitly {@link io.containerd.cgroups.v2.RdmaStat.verify|verify} messages.
                     * @param message RdmaStat message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: io.containerd.cgroups.v2.RdmaStat.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
                }

                namespace RdmaStat {

                    /** Properties of a RdmaStat. */
                    interface $Properties {

                        /** RdmaStat current */
                        current?: (io.containerd.cgroups.v2.RdmaEntry.$Properties[]|null);

                        /** RdmaStat limit */
                        limit?: (io.containerd.cgroups.v2.RdmaEntry.$Properties[]|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a RdmaStat. */
                    type $Shape = io.containerd.cgroups.v2.RdmaStat.$Properties;
                }

                /**
                 * Properties of a RdmaEntry.
                 * @deprecated Use io.containerd.cgroups.v2.RdmaEntry.$Properties instead.
                 */
                interface IRdmaEntry extends io.containerd.cgroups.v2.RdmaEntry.$Properties {
                }

                /** Represents a RdmaEntry. */
                class RdmaEntry {

                    /**
                     * Constructs a new RdmaEntry.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: io.containerd.cgroups.v2.RdmaEntry.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** RdmaEntry device. */
                    device: string;

                    /** RdmaEntry hcaHandles. */
                    hcaHandles: number;

                    /** RdmaEntry hcaObjects. */
                    hcaObjects: number;

                    /**
                     * Encodes the specified RdmaEntry message. Does not implicitly {@link io.containerd.cgroups.v2.RdmaEntry.verify|verify} messages.
                     * @param message RdmaEntry message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: io.containerd.cgroups.v2.RdmaEntry.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
                }

                namespace RdmaEntry {

                    /** Properties of a RdmaEntry. */
                    interface $Properties {

                        /** RdmaEntry device */
                        device?: (string|null);

                        /** RdmaEntry hcaHandles */
                        hcaHandles?: (number|null);

                        /** RdmaEntry hcaObjects */
                        hcaObjects?: (number|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a RdmaEntry. */
                    type $Shape = io.containerd.cgroups.v2.RdmaEntry.$Properties;
                }

                /**
                 * Properties of a IOStat.
                 * @deprecated Use io.containerd.cgroups.v2.IOStat.$Properties instead.
                 */
                interface IIOStat extends io.containerd.cgroups.v2.IOStat.$Properties {
                }

                /** Represents a IOStat. */
                class IOStat {

                    /**
                     * Constructs a new IOStat.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: io.containerd.cgroups.v2.IOStat.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** IOStat usage. */
                    usage: io.containerd.cgroups.v2.IOEntry.$Properties[];

                    /** IOStat psi. */
                    psi?: (io.containerd.cgroups.v2.PSIStats.$Properties|null);

                    /**
                     * Encodes the specified IOStat message. Does not implicitly {@link io.containerd.cgroups.v2.IOStat.verify|verify} messages.
                     * @param message IOStat message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: io.containerd.cgroups.v2.IOStat.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
                }

                namespace IOStat {

                    /** Properties of a IOStat. */
                    interface $Properties {

                        /** IOStat usage */
                        usage?: (io.containerd.cgroups.v2.IOEntry.$Properties[]|null);

                        /** IOStat psi */
                        psi?: (io.containerd.cgroups.v2.PSIStats.$Properties|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a IOStat. */
                    type $Shape = io.containerd.cgroups.v2.IOStat.$Properties;
                }

                /**
                 * Properties of a IOEntry.
                 * @deprecated Use io.containerd.cgroups.v2.IOEntry.$Properties instead.
                 */
                interface IIOEntry extends io.containerd.cgroups.v2.IOEntry.$Properties {
                }

                /** Represents a IOEntry. */
                class IOEntry {

                    /**
                     * Constructs a new IOEntry.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: io.containerd.cgroups.v2.IOEntry.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** IOEntry major. */
                    major: (number|Long);

                    /** IOEntry minor. */
                    minor: (number|Long);

                    /** IOEntry rbytes. */
                    rbytes: (number|Long);

                    /** IOEntry wbytes. */
                    wbytes: (number|Long);

                    /** IOEntry rios. */
                    rios: (number|Long);

                    /** IOEntry wios. */
                    wios: (number|Long);

                    /**
                     * Encodes the specified IOEntry message. Does not implicitly {@link io.containerd.cgroups.v2.IOEntry.verify|verify} messages.
                     * @param message IOEntry message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: io.containerd.cgroups.v2.IOEntry.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
                }

                namespace IOEntry {

                    /** Properties of a IOEntry. */
                    interface $Properties {

                        /** IOEntry major */
                        major?: (number|Long|null);

                        /** IOEntry minor */
                        minor?: (number|Long|null);

                        /** IOEntry rbytes */
                        rbytes?: (number|Long|null);

                        /** IOEntry wbytes */
                        wbytes?: (number|Long|null);

                        /** IOEntry rios */
                        rios?: (number|Long|null);

                        /** IOEntry wios */
                        wios?: (number|Long|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a IOEntry. */
                    type $Shape = io.containerd.cgroups.v2.IOEntry.$Properties;
                }

                /**
                 * Properties of a HugeTlbStat.
                 * @deprecated Use io.containerd.cgroups.v2.HugeTlbStat.$Properties instead.
                 */
                interface IHugeTlbStat extends io.containerd.cgroups.v2.HugeTlbStat.$Properties {
                }

                /** Represents a HugeTlbStat. */
                class HugeTlbStat {

                    /**
                     * Constructs a new HugeTlbStat.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: io.containerd.cgroups.v2.HugeTlbStat.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** HugeTlbStat current. */
                    current: (number|Long);

                    /** HugeTlbStat max. */
                    max: (number|Long);

                    /** HugeTlbStat pagesize. */
                    pagesize: string;

                    /** HugeTlbStat failcnt. */
                    failcnt: (number|Long);

                    /**
                     * Encodes the specified HugeTlbStat message. Does not implicitly {@link io.containerd.cgroups.v2.HugeTlbStat.verify|verify} messages.
                     * @param message HugeTlbStat message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: io.containerd.cgroups.v2.HugeTlbStat.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
                }

                namespace HugeTlbStat {

                    /** Properties of a HugeTlbStat. */
                    interface $Properties {

                        /** HugeTlbStat current */
                        current?: (number|Long|null);

                        /** HugeTlbStat max */
                        max?: (number|Long|null);

                        /** HugeTlbStat pagesize */
                        pagesize?: (string|null);

                        /** HugeTlbStat failcnt */
                        failcnt?: (number|Long|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a HugeTlbStat. */
                    type $Shape = io.containerd.cgroups.v2.HugeTlbStat.$Properties;
                }

                /**
                 * Properties of a NetworkStat.
                 * @deprecated Use io.containerd.cgroups.v2.NetworkStat.$Properties instead.
                 */
                interface INetworkStat extends io.containerd.cgroups.v2.NetworkStat.$Properties {
                }

                /** Represents a NetworkStat. */
                class NetworkStat {

                    /**
                     * Constructs a new NetworkStat.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: io.containerd.cgroups.v2.NetworkStat.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** NetworkStat name. */
                    name: string;

                    /** NetworkStat rxBytes. */
                    rxBytes: (number|Long);

                    /** NetworkStat rxPackets. */
                    rxPackets: (number|Long);

                    /** NetworkStat rxErrors. */
                    rxErrors: (number|Long);

                    /** NetworkStat rxDropped. */
                    rxDropped: (number|Long);

                    /** NetworkStat txBytes. */
                    txBytes: (number|Long);

                    /** NetworkStat txPackets. */
                    txPackets: (number|Long);

                    /** NetworkStat txErrors. */
                    txErrors: (number|Long);

                    /** NetworkStat txDropped. */
                    txDropped: (number|Long);

                    /**
                     * Encodes the specified NetworkStat message. Does not implicitly {@link io.containerd.cgroups.v2.NetworkStat.verify|verify} messages.
                     * @param message NetworkStat message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: io.containerd.cgroups.v2.NetworkStat.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
                }

                namespace NetworkStat {

                    /** Properties of a NetworkStat. */
                    interface $Properties {

                        /** NetworkStat name */
                        name?: (string|null);

                        /** NetworkStat rxBytes */
                        rxBytes?: (number|Long|null);

                        /** NetworkStat rxPackets */
                        rxPackets?: (number|Long|null);

                        /** NetworkStat rxErrors */
                        rxErrors?: (number|Long|null);

                        /** NetworkStat rxDropped */
                        rxDropped?: (number|Long|null);

                        /** NetworkStat txBytes */
                        txBytes?: (number|Long|null);

                        /** NetworkStat txPackets */
                        txPackets?: (number|Long|null);

                        /** NetworkStat txErrors */
                        txErrors?: (number|Long|null);

                        /** NetworkStat txDropped */
                        txDropped?: (number|Long|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a NetworkStat. */
                    type $Shape = io.containerd.cgroups.v2.NetworkStat.$Properties;
                }
            }
        }
    }
}
