import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { wrun } from "../../wrun.ts";

/** Where containerd and its tools are: Debian's, or those beside the one that CONTAINERD names. */
export const containerdFolder: string | undefined =
  process.env["CONTAINERD"] === undefined ? undefined : dirname(process.env["CONTAINERD"]);

/** The paths of one containerd of a test's own. */
export interface Places {
  readonly folder: string;
  readonly socket: string;
  readonly config: string;
  readonly log: string;
  readonly path: string;
}

/** Lays out a folder for one containerd: its settings, a network for pods, and the shim on its PATH. */
export function layOut(folder: string): Places {
  mkdirSync(`${folder}/bin`);
  mkdirSync(`${folder}/cni`);
  symlinkSync(wrun, `${folder}/bin/containerd-shim-wrun-v1`);
  const usual = process.env["PATH"] ?? "/usr/sbin:/usr/bin:/sbin:/bin";
  const places = {
    folder,
    socket: `${folder}/containerd.sock`,
    config: `${folder}/config.toml`,
    log: `${folder}/containerd.log`,
    path: [join(folder, "bin"), containerdFolder, usual].filter((part) => part !== undefined).join(":"),
  };
  writeFileSync(places.config, configToml(places));
  writeFileSync(`${folder}/cni/10-pods.conflist`, JSON.stringify(network(folder)));
  return places;
}

// Version 2 is what 1.6 and 1.7 read, and what 2.x migrates by itself.
function configToml({ folder, socket }: Places): string {
  const cri = `[plugins."io.containerd.grpc.v1.cri"`;
  const runtime = (name: string, type: string, options: string): string => `
  ${cri}.containerd.runtimes.${name}]
    runtime_type = "${type}"
    ${options}`;
  return `version = 2
root = "${folder}/root"
state = "${folder}/state"
[grpc]
  address = "${socket}"
[debug]
  level = "debug"
[plugins."io.containerd.internal.v1.opt"]
  path = "${folder}/opt"
[plugins."io.containerd.nri.v1.nri"]
  disable = true
${cri}]
  disable_apparmor = true
  restrict_oom_score_adj = true
  sandbox_image = "localhost/pause:latest"
  netns_mounts_under_state_dir = true
${cri}.cni]
  bin_dir = "/usr/lib/cni"
  conf_dir = "${folder}/cni"
${cri}.containerd]
  snapshotter = "overlayfs"
${runtime("runc", "io.containerd.runc.v2", "")}
${runtime("wrun", "io.containerd.wrun.v1", 'pod_annotations = ["module.wasm.image/*"]')}
`;
}

// A pod has an address of its own, on a link that ends in the test's network namespace: nothing leads out of it.
function network(folder: string): object {
  const ipam = {
    type: "host-local",
    ranges: [[{ subnet: "10.88.0.0/24" }]],
    dataDir: `${folder}/cni-addresses`,
  };
  return { cniVersion: "0.4.0", name: "pods", plugins: [{ type: "ptp", ipMasq: false, ipam }] };
}
