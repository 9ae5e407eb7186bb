import type { TaskEvent } from "../task/task-events.ts";
import type { GuestEnd } from "../../oci/report.ts";

/**
 * What is written down for the monitor, one JSON object a line. Times are microseconds since 1970. The launcher writes
 * verbs as well (native/launcher/record.c).
 */
export type SpoolRecord = VerbRecord | EventRecord;

/** What a verb did, or is about to do. */
export interface VerbRecord {
  readonly kind: "verb" | "intent";
  readonly verb: ObservedVerb;
  /** When the verb began, and when it was done. */
  readonly began: number;
  readonly at: number;
  /** What it returned: 0 where it did what it was asked; of run and exec the process's own. */
  readonly code: number;
  /** Which container: keyOf(). */
  readonly key: string;
  /** The container's process, or that of the exec. */
  readonly pid?: number;
  /** When that process started, in ticks after boot; "" where it has ended. */
  readonly startTime?: string;
  readonly container?: ContainerDetails;
  readonly exec?: ExecDetails;
  /** The text of the engine's reports, where the container will soon be no more. */
  readonly report?: string;
  /** The text of the file in which conmon leaves the exit code. */
  readonly exit?: string;
}

/** Verbs of which something is told. */
export type ObservedVerb = "create" | "start" | "run" | "delete" | "pause" | "resume" | "exec";

/** An event of containerd's shim, which tells all of them. */
export interface EventRecord {
  readonly kind: "event";
  readonly at: number;
  readonly namespace: string;
  readonly event: TaskEvent;
  readonly container?: ContainerDetails;
  readonly end?: GuestEnd;
  /** The text of the engine's reports, where the guest has ended. */
  readonly report?: string;
}

/** What is known of a container from its creation on. */
export interface ContainerDetails {
  readonly id: string;
  /** containerd's namespace, or what manages the container: libpod, cri-o. */
  readonly namespace: string;
  readonly bundle: string;
  /** Its name and its pod's, where annotations tell them. */
  readonly name?: string;
  readonly pod?: string;
  /** Of a wasm container. */
  readonly guest?: GuestDetails;
  /** The file of the engine's reports. */
  readonly report?: string;
  /** The file in which conmon will leave the exit code. */
  readonly exitFile?: string;
  readonly pidFile?: string;
  /** W3C trace context, from the annotation io.opentelemetry.traceparent. */
  readonly traceparent?: string;
  /** `run` returns once it has started. */
  readonly detach?: boolean;
}

/** A guest. */
export interface GuestDetails {
  /** Its module in the container. */
  readonly path: string;
  /** The container's root on the host. */
  readonly rootfs: string;
  /** Its module on the host, where it is none of the container's files. */
  readonly host?: string;
  readonly grant: readonly string[];
}

/** A process that is executed in a container. */
export interface ExecDetails {
  readonly id: string;
  readonly containerId: string;
  readonly detach: boolean;
}
