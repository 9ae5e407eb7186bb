import { native } from "../../native/native.ts";
import { WrunError } from "../../oci/error.ts";
import type { HostPath } from "../../oci/grant.ts";
import type { Artifact, Plan, WasmPlan } from "../../oci/plan.ts";
import { planWithImage } from "../artifact/plan-with-image.ts";
import { adoptChild, whenEnded } from "../host/children.ts";
import { linuxFiles } from "../host/files.ts";
import { makeParents } from "../host/make-parents.ts";
import { findLowLevelRuntime } from "../kernel/low-level-runtime.ts";
import { type ConfigForRuntime, configForRuntime } from "../kernel/config-for-runtime.ts";
import { logPlan } from "../kernel/plan-call.ts";
import { keyOf } from "../events/key.ts";
import { Container, type Guest } from "./container.ts";
import { GuestReports } from "./guest-reports.ts";
import { consoleFlags, missingFile, readPid, withOwnErrors } from "./made-process.ts";
import { mayNotBeMade } from "./may-not-start.ts";
import { LowLevelRuntime } from "./low-level.ts";
import { noOptions, optionsFromJson, type TaskOptions } from "./options.ts";
import type { Pod } from "./pod.ts";
import { mountRootfs, type RootfsMount, unmountRootfs } from "./rootfs.ts";
import { stateRootOf } from "./state-root-of.ts";
import type { StreamOwner } from "./stdio/fifo.ts";
import { openIo } from "./stdio/open-io.ts";
import type { ProcessIo, StdioNames } from "./stdio/process-io.ts";
import { TaskProcess } from "./task-process.ts";

const maxOptionsBytes = 64 * 1024;
/** The first descriptor that is passed on to a container's process. */
const statusFd = 3;

/** A container that is to be made. */
export interface CreateRequest {
  readonly id: string;
  readonly bundle: HostPath;
  readonly rootfs: readonly RootfsMount[];
  readonly names: StdioNames;
  readonly checkpoint: string;
  /** Left out where the request has none. */
  readonly options?: TaskOptions;
  /** The trace that containerd's call is part of. */
  readonly traceparent?: string;
}

/** Makes a container, or leaves nothing of it. */
export async function createContainer(request: CreateRequest, pod: Pod): Promise<Container> {
  try {
    return await create(request, pod);
  } catch (error) {
    throw missingFile(error);
  }
}

async function create(request: CreateRequest, pod: Pod): Promise<Container> {
  const { id, bundle, rootfs, names } = request;
  if (request.checkpoint !== "") throw new WrunError("unsupported", `${id}: containers cannot be restored`);
  const options = optionsOf(request);
  const runtime = lowLevelRuntime(options, bundle, pod);
  const target = `${bundle}/rootfs`;
  mountRootfs(rootfs, target);
  try {
    const plan = await planned(request, pod);
    const init = new TaskProcess("", names);
    const owner = ownerOf(options);
    const place = { id, namespace: pod.namespace, sockets: pod.sockets, ...owner };
    const io = await withOwnErrors(await openIo(names, place), {
      ...owner,
      mayFail: () => mayNotBeMade(plan, bundle),
    });
    init.attach(io);
    const reports = await makeInit({ id, bundle, options, runtime, init, io, plan, pod });
    const guest =
      plan.kind === "wasm" && reports !== undefined ? { guest: { ...guestOf(plan), reports } } : {};
    return new Container({ id, bundle, spec: plan.spec, rootfs, runtime, init, pod, ...guest, ...owner });
  } catch (error) {
    unmountRootfs(rootfs, target);
    throw error;
  }
}

function guestOf({ grant, spec }: WasmPlan): Pick<Guest, "grant" | "engine"> {
  const { args = [], env = [] } = spec.process ?? {};
  return { grant, engine: { args, env } };
}

// Root owns what containerd makes as it is.
function ownerOf({ ioUid: uid, ioGid: gid }: TaskOptions): { readonly owner?: StreamOwner } {
  return uid === 0 && gid === 0 ? {} : { owner: { uid, gid } };
}

interface Making {
  readonly id: string;
  readonly bundle: HostPath;
  readonly options: TaskOptions;
  readonly runtime: LowLevelRuntime;
  readonly init: TaskProcess;
  readonly io: ProcessIo;
  readonly plan: Plan;
  readonly pod: Pod;
}

/** Has the low-level runtime create the container; the reports of its engine, where it is a wasm one. */
async function makeInit(making: Making): Promise<GuestReports | undefined> {
  const { plan, id, pod } = making;
  if (plan.kind !== "wasm") {
    await createInit(making, { flags: ["--bundle", making.bundle], passed: [] });
    return undefined;
  }
  const reports = new GuestReports(pod.reports && `${pod.reports}/${keyOf(pod.namespace, id)}`);
  try {
    await createGuest(making, plan, reports);
    reports.listen(making.init.pid);
    return reports;
  } catch (error) {
    reports[Symbol.dispose]();
    throw error;
  }
}

async function createGuest(making: Making, { spec }: Plan, reports: GuestReports): Promise<void> {
  const { id, bundle, runtime } = making;
  try {
    const config = configForRuntime(spec, { id, bundle, runtime: runtime.path, stateRoot: runtime.root });
    try {
      await createInit(making, guestFlags(config, bundle, reports));
    } finally {
      native.close(config.fd);
    }
  } finally {
    reports.closeSender();
  }
}

// In the low-level runtime descriptor 3 is the engine's, and 4 the edited config.json.
function guestFlags(config: ConfigForRuntime, bundle: HostPath, { sender }: GuestReports): CreateFlags {
  const preserve = ["--preserve-fds", `${statusFd - 2}`];
  if (config.kind === "bundle") return { flags: [...preserve, "--bundle", config.path], passed: [sender] };
  const file = `/proc/self/fd/${statusFd + 1}`;
  return { flags: [...preserve, "--bundle", bundle, "--config", file], passed: [sender, config.fd] };
}

interface CreateFlags {
  readonly flags: readonly string[];
  readonly passed: readonly number[];
}

async function createInit(
  { id, bundle, options, runtime, init, io }: Making,
  { flags: given, passed }: CreateFlags,
): Promise<void> {
  const pidFile = `${bundle}/init.pid`;
  const flags = [
    ...(options.noPivotRoot ? ["--no-pivot"] : []),
    ...(options.noNewKeyring ? ["--no-new-keyring"] : []),
    ...consoleFlags(io),
  ];
  let made = false;
  // What stands there is no runtime's.
  linuxFiles.removeFile(pidFile);
  try {
    init.pid = await adoptChild(async () => {
      await runtime.call("create", [...given, "--pid-file", pidFile, ...flags, id], {
        streams: io.fds,
        passed,
      });
      made = true;
      return readPid(pidFile);
    });
    await io.handOver();
  } catch (error) {
    io.close();
    if (made) await runtime.call("delete", ["--force", id]).catch(() => undefined);
    if (init.pid > 0) void whenEnded(init.pid);
    throw error;
  }
}

async function planned({ id, bundle }: CreateRequest, pod: Pod): Promise<Plan> {
  const find = async (): Promise<Artifact | undefined> =>
    (await import("../artifact/ask-child.ts")).askChild({ ...pod, id });
  // What LISTEN_FDS says is containerd's own.
  const options = { bundle, sandbox: "kernel", scratch: bundle, listenFds: 0, statusFd } as const;
  const plan = await planWithImage(options, find);
  const { log } = pod;
  logPlan(plan, { bundle }, { warn: (text) => log.warning(text), debug: (text) => log.debug(text) });
  return plan;
}

// `delete` is another process, and knows of the options by this file alone.
function optionsOf({ bundle, options }: CreateRequest): TaskOptions {
  const file = `${bundle}/options.json`;
  if (options === undefined)
    return optionsFromJson(
      linuxFiles.readText(file, { ours: true, maxBytes: maxOptionsBytes }) ?? JSON.stringify(noOptions),
    );
  linuxFiles.writeText(file, JSON.stringify(options), 0o600);
  return options;
}

/** The low-level runtime that a container's options name. */
export function lowLevelRuntime(
  options: TaskOptions,
  bundle: HostPath,
  pod: Pick<Pod, "namespace" | "openFiles" | "log">,
): LowLevelRuntime {
  const root = stateRootOf(options, pod);
  makeParents(`${root}/`, 0o711);
  return new LowLevelRuntime({
    path: findLowLevelRuntime(options.binaryName === "" ? undefined : options.binaryName),
    root,
    systemdCgroup: options.systemdCgroup,
    bundle,
    openFiles: pod.openFiles,
  });
}
