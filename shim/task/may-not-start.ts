import { entrypointCandidates } from "../../oci/entrypoint.ts";
import type { HostPath } from "../../oci/grant.ts";
import { mountKind } from "../../oci/mount-kind.ts";
import type { Plan } from "../../oci/plan.ts";
import type { Probe } from "../../oci/probe.ts";
import { rootfsOf } from "../../oci/rootfs.ts";
import type { IdMapping, Linux, Mount, Process } from "../../oci/runtime-spec.ts";
import { HostProbe } from "../host/probe.ts";

const noId = 2 ** 32 - 1;

/**
 * Whether the low-level runtime will probably not make a container: its program, its working directory, its user or what it
 * mounts is not there. It is no more than a guess: hooks and mounts may bring what is missing.
 */
export function mayNotBeMade({ kind, spec }: Pick<Plan, "kind" | "spec">, bundle: HostPath): boolean {
  const { process = {}, mounts = [], linux } = spec;
  using probe = new HostProbe({ bundle, rootfs: rootfsOf({ spec, bundle }), mounts });
  return (
    lacksUser(process, linux) ||
    mounts.some((mount) => lacksSource(mount, bundle, probe)) ||
    // The engine is mounted.
    (kind === "forward" && lacksProgram(process, probe)) ||
    // crun and runc make one that is missing.
    !["directory", undefined].includes(probe.lookup(process.cwd ?? "/")?.kind)
  );
}

/** The same of a process that is executed in a container whose first process is `pid`; `isWasm`: in an engine. */
export function mayNotBeExecuted(
  process: Process,
  { pid, isWasm }: { readonly pid: number; readonly isWasm: boolean },
): boolean {
  using probe = new HostProbe({ bundle: "/", rootfs: `/proc/${pid}/root/.`, mounts: [] });
  return (
    lacksUser(process) ||
    (!isWasm && lacksProgram(process, probe)) ||
    probe.lookup(process.cwd ?? "/")?.kind !== "directory"
  );
}

function lacksUser({ user = {} }: Process, { uidMappings, gidMappings }: Linux = {}): boolean {
  const { uid = 0, gid = 0, additionalGids = [] } = user;
  return isNoId(uid, uidMappings) || [gid, ...additionalGids].some((id) => isNoId(id, gidMappings));
}

// setuid(2): -1 is no id; user_namespaces(7): nor is one that is not mapped.
function isNoId(id: number, mappings: readonly IdMapping[] = []): boolean {
  const isMapped = mappings.some(({ containerID, size }) => id >= containerID && id < containerID + size);
  return id === noId || (mappings.length > 0 && !isMapped);
}

function lacksProgram(process: Process, probe: Probe): boolean {
  return !entrypointCandidates(process.args?.[0] ?? "", process).some(({ path, invoke }) => {
    const found = invoke === undefined ? probe.lookup(path) : undefined;
    return found?.kind === "file" && found.executable;
  });
}

function lacksSource(mount: Mount, bundle: HostPath, probe: Probe): boolean {
  const kind = mountKind(mount, bundle);
  return kind.kind === "bind" && probe.source(kind.source) === undefined;
}
