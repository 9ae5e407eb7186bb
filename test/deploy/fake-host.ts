import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { temporaryDirectory } from "../wrun.ts";

/** A host's root directory with crun in it, as far as can be seen, and these files. */
export function fakeHost(files: Readonly<Record<string, string>> = {}): string {
  const root = temporaryDirectory();
  for (const [path, text] of Object.entries({ "/usr/bin/crun": "", "/etc/hostname": "node\n", ...files })) {
    mkdirSync(dirname(`${root}${path}`), { recursive: true });
    writeFileSync(`${root}${path}`, text);
  }
  return root;
}

/** containerd's config.toml with runc under systemd's cgroups, of a version. */
export function containerdConfig(version: 2 | 3, head = ""): string {
  const plugin = version === 2 ? "io.containerd.grpc.v1.cri" : "io.containerd.cri.v1.runtime";
  const table = `plugins."${plugin}".containerd.runtimes.runc`;
  return `version = ${version}
${head}[${table}]
  runtime_type = "io.containerd.runc.v2"
  [${table}.options]
    SystemdCgroup = true
`;
}
