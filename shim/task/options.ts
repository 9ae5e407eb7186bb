/** What a node's configuration says of a runtime (containerd.runc.v1.Options, or the same names in TOML). */
export interface TaskOptions {
  /** The low-level runtime, by path or name; "" for the one that is found. */
  readonly binaryName: string;
  /** Where the low-level runtime keeps its state; "" for ours. */
  readonly root: string;
  readonly systemdCgroup: boolean;
  readonly noPivotRoot: boolean;
  readonly noNewKeyring: boolean;
  /** Who is to own the FIFOs of a container's streams: a user of its namespace may have to open them again. */
  readonly ioUid: number;
  readonly ioGid: number;
  /** The cgroup of the shim itself, from the root of each hierarchy; "" for containerd's. */
  readonly shimCgroup: string;
}

/** What holds where nothing is said. */
export const noOptions: TaskOptions = {
  binaryName: "",
  root: "",
  systemdCgroup: false,
  noPivotRoot: false,
  noNewKeyring: false,
  ioUid: 0,
  ioGid: 0,
  shimCgroup: "",
};

const line = /^\s*([A-Za-z_]+)\s*=\s*(?:"([^"\\]*)"|'([^']*)'|(true|false|\d{1,10}))\s*(?:#.*)?$/;

/**
 * The options in the TOML that containerd's CRI hands on for a runtime type that it does not know (runtimeoptions.v1,
 * config_body). Names are those of the runc shim; what is not ours is passed over.
 */
export function optionsFromToml(text: string): TaskOptions {
  const given = new Map<string, string>();
  for (const [, name = "", basic, literal, bare] of topRows(text).map((row) => line.exec(row) ?? []))
    given.set(name, basic ?? literal ?? bare ?? "");
  const value = (name: string): string => given.get(name) ?? "";
  return {
    binaryName: value("BinaryName"),
    root: value("Root"),
    systemdCgroup: value("SystemdCgroup") === "true",
    noPivotRoot: value("NoPivotRoot") === "true",
    noNewKeyring: value("NoNewKeyring") === "true",
    ioUid: idOf(Number(value("IoUid"))),
    ioGid: idOf(Number(value("IoGid"))),
    shimCgroup: value("ShimCgroup"),
  };
}

// Those above the first table.
function topRows(text: string): readonly string[] {
  const rows = text.split("\n");
  const table = rows.findIndex((row) => /^\s*\[/.test(row));
  return table < 0 ? rows : rows.slice(0, table);
}

// What is no uid is none of an option's either.
function idOf(value: unknown): number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value < 2 ** 32 - 1
    ? value
    : 0;
}

/** Options as the bundle's options.json keeps them for `delete`, a foreign one included; what is no option is left out. */
export function optionsFromJson(text: string): TaskOptions {
  const given = parsed(text);
  const word = (...names: string[]): string => names.map((name) => given[name]).find(isText) ?? "";
  const on = (...names: string[]): boolean => names.some((name) => given[name] === true);
  return {
    binaryName: word("binaryName", "binary_name"),
    root: word("root"),
    systemdCgroup: on("systemdCgroup", "systemd_cgroup"),
    noPivotRoot: on("noPivotRoot", "no_pivot_root"),
    noNewKeyring: on("noNewKeyring", "no_new_keyring"),
    ioUid: idOf(given["ioUid"] ?? given["io_uid"]),
    ioGid: idOf(given["ioGid"] ?? given["io_gid"]),
    shimCgroup: word("shimCgroup", "shim_cgroup"),
  };
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
