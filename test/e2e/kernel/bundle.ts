import { chmodSync, copyFileSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** Writes a bundle as engines do for a low-level runtime, its files by their path in it; its directory. */
export function kernelBundle(
  directory: string,
  args: readonly string[],
  files: Readonly<Record<string, string>>,
): string {
  rmSync(directory, { recursive: true, force: true });
  for (const [path, from] of Object.entries(files)) {
    const target = `${directory}/rootfs${path}`;
    mkdirSync(dirname(target), { recursive: true });
    copyFileSync(from, target);
    chmodSync(target, 0o755);
  }
  writeFileSync(
    `${directory}/config.json`,
    JSON.stringify({ ...config, process: { ...config.process, args } }),
  );
  return directory;
}

/** A plain config.json: new namespaces, the usual mounts, no limits. */
export const config = {
  ociVersion: "1.0.2",
  process: {
    user: { uid: 0, gid: 0 },
    args: [] as readonly string[],
    env: ["PATH=/usr/bin:/bin", "TERM=xterm"],
    cwd: "/",
    capabilities: { bounding: ["CAP_KILL"], effective: ["CAP_KILL"], permitted: ["CAP_KILL"] },
  },
  root: { path: "rootfs" },
  hostname: "box",
  mounts: [
    { destination: "/proc", type: "proc", source: "proc" },
    {
      destination: "/dev",
      type: "tmpfs",
      source: "tmpfs",
      options: ["nosuid", "strictatime", "mode=755", "size=65536k"],
    },
    { destination: "/sys", type: "sysfs", source: "sysfs", options: ["nosuid", "noexec", "nodev", "ro"] },
  ],
  annotations: { "org.example.test": "yes" },
  linux: {
    namespaces: ["pid", "network", "ipc", "uts", "mount"].map((type) => ({ type })),
    maskedPaths: ["/proc/kcore"],
    readonlyPaths: ["/proc/sys"],
  },
} as const;
