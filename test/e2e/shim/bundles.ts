import { copyFileSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { native } from "../../../native/native.ts";
import { fixture } from "../../bundle.ts";
import { nativeProgram } from "../containerd/images.ts";
import { config } from "../kernel/bundle.ts";

/** What is in a task's bundle. */
export interface BundleOptions {
  readonly kind?: "native" | "wasm";
  /** A fixture of both kinds. */
  readonly program?: "toolbox" | "hello";
  /** A guest as text, in the program's place. */
  readonly wat?: string;
  /** The program's arguments. */
  readonly words?: readonly string[];
  /** The pod that it belongs to. */
  readonly pod?: string;
  readonly cgroupsPath?: string;
  readonly terminal?: boolean;
  /** Namespaces that are not its own, in addition to `user` and `cgroup`, which never are. */
  readonly shared?: readonly string[];
}

/** Writes what containerd has in a bundle when it calls `start`: config.json, an empty rootfs, the FIFO `log`. */
export function writeTaskBundle(bundle: string, options: BundleOptions): string {
  const { kind = "wasm", words = [], pod, cgroupsPath, terminal = false, shared = [] } = options;
  mkdirSync(`${bundle}/rootfs`, { recursive: true });
  native.mkfifoat(-100, `${bundle}/log`, 0o600);
  const namespaces = config.linux.namespaces.filter(({ type }) => !shared.includes(type));
  const spec = {
    ...config,
    process: { ...config.process, args: [kind === "wasm" ? "/app.wasm" : "/app", ...words], terminal },
    annotations: pod === undefined ? {} : { "io.kubernetes.cri.sandbox-id": pod },
    mounts: [
      ...config.mounts,
      { destination: "/dev/pts", type: "devpts", source: "devpts", options: ["newinstance"] },
    ],
    linux: { ...config.linux, namespaces, cgroupsPath },
  };
  writeFileSync(`${bundle}/config.json`, JSON.stringify(spec));
  writeImage(bundle, options);
  return bundle;
}

/** A process to be executed in a container, as Exec has it. */
export function processSpec(args: readonly string[]) {
  const process = { ...config.process, args };
  return {
    type_url: "types.containerd.io/opencontainers/runtime-spec/1/Process",
    value: new TextEncoder().encode(JSON.stringify(process)),
  };
}

/** The mount of a bundle's root file system, as the overlay snapshotter describes it: a fresh layer over the image's. */
export function rootfsOf(bundle: string) {
  const { lower, upper, work } = layersOf(bundle);
  const options = [`workdir=${work}`, `upperdir=${upper}`, `lowerdir=${lower}`];
  return [{ type: "overlay", source: "overlay", options }];
}

function writeImage(bundle: string, { kind = "wasm", program = "toolbox", wat }: BundleOptions): void {
  const { lower, upper, work } = layersOf(bundle);
  for (const folder of [lower, upper, work]) mkdirSync(folder, { recursive: true });
  const [from, to] = kind === "wasm" ? [fixture(program), "app.wasm"] : [nativeProgram(program), "app"];
  if (wat !== undefined) writeFileSync(`${lower}/${to}`, wat);
  else if (!existsSync(`${lower}/${to}`)) copyFileSync(from, `${lower}/${to}`);
}

// Containers' layers stand beside their bundles, not in them.
function layersOf(bundle: string) {
  const snapshot = `${bundle}.layers`;
  return { lower: `${snapshot}/image`, upper: `${snapshot}/upper`, work: `${snapshot}/work` };
}
