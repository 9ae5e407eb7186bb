import { WrunError } from "../../oci/error.ts";
import type { HostPath } from "../../oci/grant.ts";
import type { Artifact, Plan } from "../../oci/plan.ts";
import { planWithImage } from "../artifact/plan-with-image.ts";
import { adoptChild, whenEnded } from "../host/children.ts";
import { linuxFiles } from "../host/files.ts";
import { makeParents } from "../host/make-parents.ts";
import { findLowLevelRuntime } from "../kernel/low-level-runtime.ts";
import { editPlanned } from "../kernel/prepare-bundle.ts";
import { Container } from "./container.ts";
import { consoleFlags, missingFile, readPid } from "./made-process.ts";
import { LowLevelRuntime } from "./low-level.ts";
import { noOptions, optionsFromJson, type TaskOptions } from "./options.ts";
import type { Pod } from "./pod.ts";
import { mountRootfs, type RootfsMount, unmountRootfs } from "./rootfs.ts";
import { stateRootOf } from "./state-root-of.ts";
import type { StreamOwner } from "./stdio/fifo.ts";
import { openIo } from "./stdio/open-io.ts";
import type { ProcessIo, StdioNames } from "./stdio/process-io.ts";
import { TaskProcess } from "./task-process.ts";

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
    const { spec } = await planned(request, pod);
    const init = new TaskProcess("", names);
    const owner = ownerOf(options);
    const io = await openIo(names, { id, namespace: pod.namespace, sockets: pod.sockets, ...owner });
    init.attach(io);
    await makeInit({ id, bundle, options, runtime, init, io });
    return new Container({ id, bundle, spec, rootfs, runtime, init, pod, ...owner });
  } catch (error) {
    unmountRootfs(rootfs, target);
    throw error;
  }
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
}

async function makeInit({ id, bundle, options, runtime, init, io }: Making): Promise<void> {
  const pidFile = `${bundle}/init.pid`;
  const flags = [
    ...(options.noPivotRoot ? ["--no-pivot"] : []),
    ...(options.noNewKeyring ? ["--no-new-keyring"] : []),
    ...consoleFlags(io),
  ];
  let made = false;
  try {
    init.pid = await adoptChild(async () => {
      await runtime.call("create", ["--bundle", bundle, "--pid-file", pidFile, ...flags, id], {
        streams: io.fds,
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
  const options = { bundle, sandbox: "kernel", scratch: bundle, listenFds: 0 } as const;
  const plan = await planWithImage(options, find);
  const { log } = pod;
  editPlanned(plan, { bundle }, { warn: (text) => log.warning(text), debug: (text) => log.debug(text) });
  return plan;
}

// `delete` is another process, and knows of the options by this file alone.
function optionsOf({ bundle, options }: CreateRequest): TaskOptions {
  const file = `${bundle}/options.json`;
  if (options === undefined) return optionsFromJson(linuxFiles.readText(file) ?? JSON.stringify(noOptions));
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
