import { native } from "../../native/native.ts";
import { toFlags } from "../../oci/grant-flags.ts";
import type { Grant, HostPath } from "../../oci/grant.ts";
import { normalized } from "../../oci/guest-path.ts";
import { rootfsOf } from "../../oci/rootfs.ts";
import type { RuntimeSpec } from "../../oci/runtime-spec.ts";
import { linuxFiles } from "../host/files.ts";
import type { ContainerDetails, GuestDetails } from "./record.ts";

/** Which container, as its caller named it. */
export interface Named {
  readonly id: string;
  readonly bundle: HostPath;
  /** The file of the engine's reports. */
  readonly report?: HostPath;
  readonly traceparent?: string;
  readonly pidFile?: HostPath;
  readonly detach?: boolean;
}

/** What will become of a container, or has. */
export interface Planned {
  readonly spec: RuntimeSpec;
  /** Of a guest. */
  readonly grant?: Grant | undefined;
}

/** Bytes of a grant that are told: the launcher takes no more than 64 KiB of all that is told of a container. */
const mostGrant = 16 * 1024;

/** What is told of a container beside its life. */
export function detailsOf(plan: Planned, { id, bundle, ...more }: Named): ContainerDetails {
  const { annotations = {} } = plan.spec;
  const named = (...names: readonly string[]): string | undefined =>
    names
      .map((name) => annotations[name])
      .find((value) => value !== undefined)
      ?.slice(0, 256);
  return {
    id,
    namespace: namespaceOf(bundle, annotations),
    bundle,
    ...defined({
      name: named(
        "io.kubernetes.cri.container-name",
        "io.kubernetes.container.name",
        "io.podman.annotations.name",
      ),
      pod: named("io.kubernetes.cri.sandbox-name", "io.kubernetes.pod.name"),
      traceparent: named("io.opentelemetry.traceparent"),
      guest: guestOf(plan, bundle),
    }),
    ...more,
  };
}

function guestOf(plan: Planned, bundle: HostPath): GuestDetails | undefined {
  const { grant } = plan;
  if (grant === undefined) return undefined;
  const flags = toFlags(grant);
  const { mounts = [] } = plan.spec;
  const mount = mounts.findLast(({ destination }) => normalized(destination) === grant.module);
  return {
    path: grant.module,
    rootfs: rootfsOf({ spec: plan.spec, bundle }),
    ...(mount?.source?.startsWith("/") === true ? { host: mount.source } : {}),
    // Behind it are the guest's own words.
    grant: bounded(flags.slice(0, flags.indexOf("--"))),
  };
}

// As JSON has it: a line feed is two bytes there, and a letter may be six.
function bounded(flags: readonly string[]): readonly string[] {
  let left = mostGrant;
  const cut = flags.findIndex(
    (flag) => (left -= new TextEncoder().encode(JSON.stringify(flag)).length + 1) < 0,
  );
  return cut < 0 ? flags : [...flags.slice(0, cut), `… (${flags.length - cut} more)`];
}

// Docker and containerd's shims name their namespace in the bundle's path.
function namespaceOf(bundle: HostPath, annotations: Readonly<Record<string, string>>): string {
  const task = /\/io\.containerd\.runtime\.v2\.task\/([\w.-]{1,76})\//.exec(`${bundle}/`)?.[1];
  const manager = annotations["io.container.manager"] ?? annotations["io.kubernetes.cri-o.ContainerManager"];
  const name = task ?? manager ?? "default";
  return /^[A-Za-z0-9]+([._-][A-Za-z0-9]+)*$/.test(name) ? name.slice(0, 76) : "default";
}

/** What conmon, if it is the launcher's caller, says of a container: its name, and where its exit code will be left. */
export function toldByConmon(id: string): Pick<ContainerDetails, "name" | "exitFile"> {
  const stat = textOf(`/proc/${native.getppid()}/stat`);
  // proc(5): what follows the command's bracket is the state, then the parent.
  const caller = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1] ?? "";
  const words = textOf(`/proc/${caller}/cmdline`).split("\0");
  if (!/(^|\/)conmon$/.test(words[0] ?? "")) return {};
  const after = (...flags: readonly string[]): string | undefined =>
    words[words.findIndex((word) => flags.includes(word)) + 1];
  const folder = after("--exit-dir");
  const name = after("-n", "--name");
  return {
    ...(words.includes("--exit-dir") && folder?.startsWith("/") === true
      ? { exitFile: `${folder}/${id}` }
      : {}),
    ...(name === undefined || name === words[0] ? {} : { name: name.slice(0, 256) }),
  };
}

function textOf(path: HostPath): string {
  try {
    return linuxFiles.readText(path) ?? "";
  } catch {
    return "";
  }
}

function defined<T extends object>(fields: T): { [Name in keyof T]: Exclude<T[Name], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;
}
