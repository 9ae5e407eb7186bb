import { WrunError } from "../../oci/error.ts";
import { withoutBlock } from "./block.ts";
import type { HostView } from "./engine.ts";
import { scanToml, tomlKey, type TomlScan, tomlStringsIn } from "./toml-scan.ts";

const folder = "/etc/containerd";

/** containerd's main configuration file, the only one that it reads by itself. */
export const configPath = `${folder}/config.toml`;

/** Where our drop-in stands, if config.toml imports it. */
export const dropInPath = `${folder}/conf.d/50-wrun.toml`;

/** What containerd's configuration says, as far as a runtime's entry depends on it. */
export interface ContainerdConfig {
  /** config.toml without our block. */
  readonly text: string;
  /** Whether it says nothing yet. */
  readonly isNew: boolean;
  readonly version: number;
  /** Whether a file in conf.d is read, and merged key by key. */
  readonly takesDropIns: boolean;
  /** The table that runtimes are in. */
  readonly section: string;
  readonly hasContainerdTable: boolean;
  readonly hasRunc: boolean;
  readonly systemdCgroup: boolean;
}

/** Reads containerd's configuration; throws where an entry of ours could not work. */
export function readContainerd(host: HostView): ContainerdConfig {
  const text = withoutBlock(host.read(configPath) ?? "");
  const main = scan(text, configPath);
  const isNew = main.values.size === 0 && main.tables.size === 0;
  // All of containerd 1.x and 2.x read version 2.
  const version = isNew ? 2 : versionOf(main);
  // 3: containerd 2.0, 4: containerd 2.3.
  const plugin = version === 2 ? "io.containerd.grpc.v1.cri" : "io.containerd.cri.v1.runtime";
  const patterns = tomlStringsIn(main.values.get("imports"));
  const imported = importedFiles(host, patterns).map((path) => ({
    path,
    ...scan(host.read(path) ?? "", path),
  }));
  const place = ["plugins", plugin, "containerd"] as const;
  for (const { path, ...one } of [{ path: configPath, ...main }, ...imported])
    checkFile(one, { path, place });
  const takesDropIns = version > 2 && patterns.some((pattern) => matches(pattern, dropInPath));
  if (version === 2) checkImports(imported, plugin);
  return {
    text,
    isNew,
    version,
    takesDropIns,
    section: `plugins."${plugin}".containerd`,
    hasContainerdTable: main.tables.has(tomlKey(...place)),
    hasRunc: version > 2 || has(main, tomlKey(...place, "runtimes", "runc")),
    systemdCgroup: [main, ...imported].some(
      ({ values }) =>
        values.get(tomlKey(...place, "runtimes", "runc", "options", "SystemdCgroup")) === "true",
    ),
  };
}

function scan(text: string, path: string): TomlScan {
  const found = scanToml(text);
  if (found !== undefined) return found;
  throw new WrunError("invalid", `${path} is not TOML that wrun can read: nothing was changed`);
}

function versionOf(main: TomlScan): number {
  const version = Number(main.values.get("version") ?? 1);
  if (version >= 2 && version <= 4) return version;
  const problem = `${configPath} is of version ${version}, and wrun knows 2 to 4`;
  const hint = version === 1 ? ": 'containerd config migrate' prints it as a newer one" : "";
  throw new WrunError("unsupported", `${problem}${hint}`);
}

function checkFile(file: TomlScan, { path, place }: { path: string; place: readonly string[] }): void {
  const disabled = tomlStringsIn(file.values.get("disabled_plugins"));
  if (disabled.some((name) => name === "cri" || name === place[1])) {
    throw new WrunError(
      "unsupported",
      `${path} disables the CRI plugin, which runtimes are for: see disabled_plugins`,
    );
  }
  if (has(file, tomlKey(...place, "runtimes", "wrun"))) {
    throw new WrunError(
      "exists",
      `${path} has a runtime named wrun that wrun did not write: take it out first`,
    );
  }
  // A table that is written inline cannot be continued elsewhere (https://toml.io/en/v1.0.0#inline-table).
  const inline = [1, 2, 3, 4].map((length) => tomlKey(...[...place, "runtimes"].slice(0, length)));
  if (inline.some((key) => file.values.has(key))) {
    throw new WrunError(
      "unsupported",
      `${path} has its runtimes in an inline table: write it as [tables] first`,
    );
  }
}

function checkImports(imported: readonly (TomlScan & { path: string })[], plugin: string): void {
  const other = imported.find(
    ({ path, ...file }) => path !== dropInPath && has(file, tomlKey("plugins", plugin)),
  );
  if (other === undefined) return;
  throw new WrunError(
    "unsupported",
    `${other.path} has a CRI section, and containerd 1.x takes that alone: add what 'wrun configure containerd' ` +
      `would write there, or move the section to ${configPath}`,
  );
}

function has({ values, tables }: TomlScan, key: string): boolean {
  return [...values.keys(), ...tables].some((one) => one === key || one.startsWith(`${key}\0`));
}

// As containerd resolves them: relative to config.toml, `*` within a file name.
function importedFiles(host: HostView, patterns: readonly string[]): readonly string[] {
  return patterns
    .map(absolute)
    .flatMap((pattern) => {
      if (!pattern.includes("*")) return [pattern];
      const directory = pattern.slice(0, pattern.lastIndexOf("/"));
      return host
        .names(directory)
        .map((name) => `${directory}/${name}`)
        .filter((path) => matches(pattern, path));
    })
    .filter((path) => path !== dropInPath);
}

function matches(pattern: string, path: string): boolean {
  const expression = absolute(pattern)
    .replaceAll(/[\\^$.|?+()[\]{}]/g, String.raw`\$&`)
    .replaceAll("*", "[^/]*");
  return new RegExp(`^${expression}$`).test(path);
}

function absolute(path: string): string {
  return path.startsWith("/") ? path : `${folder}/${path.replace(/^\.\//, "")}`;
}
