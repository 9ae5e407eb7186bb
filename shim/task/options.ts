/** What a node's configuration says of a runtime (containerd.runc.v1.Options, or the same names in TOML). */
export interface TaskOptions {
  /** The low-level runtime, by path or name; "" for the one that is found. */
  readonly binaryName: string;
  /** Where the low-level runtime keeps its state; "" for ours. */
  readonly root: string;
  readonly systemdCgroup: boolean;
  readonly noPivotRoot: boolean;
  readonly noNewKeyring: boolean;
}

/** What holds where nothing is said. */
export const noOptions: TaskOptions = {
  binaryName: "",
  root: "",
  systemdCgroup: false,
  noPivotRoot: false,
  noNewKeyring: false,
};

const line = /^\s*([A-Za-z_]+)\s*=\s*(?:"([^"\\]*)"|'([^']*)'|(true|false))\s*(?:#.*)?$/;

/**
 * The options in the TOML that containerd's CRI hands on for a runtime type that it does not know (runtimeoptions.v1,
 * config_body). Names are those of the runc shim; what is not ours is passed over.
 */
export function optionsFromToml(text: string): TaskOptions {
  const given = new Map<string, string>();
  for (const [, name = "", basic, literal, bool] of text.split("\n").flatMap((row) => [line.exec(row) ?? []]))
    given.set(name, basic ?? literal ?? bool ?? "");
  const value = (name: string): string => given.get(name) ?? "";
  return {
    binaryName: value("BinaryName"),
    root: value("Root"),
    systemdCgroup: value("SystemdCgroup") === "true",
    noPivotRoot: value("NoPivotRoot") === "true",
    noNewKeyring: value("NoNewKeyring") === "true",
  };
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
