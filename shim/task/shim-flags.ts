import { WrunError } from "../../oci/error.ts";

/** What containerd tells a shim on its command line (containerd: pkg/shim, core/runtime/v2/README.md). */
export interface ShimFlags {
  readonly namespace: string;
  readonly id: string;
  /** containerd's own gRPC socket. */
  readonly address: string;
  readonly bundle: string;
  readonly publishBinary: string;
  readonly debug: boolean;
  readonly version: boolean;
  readonly info: boolean;
  /** `start`, `delete`, or none. */
  readonly verb: string;
}

const switches = new Set(["debug", "v", "version", "info"]);
const valued = new Set("namespace id address bundle publish-binary socket debug-socket".split(" "));

// strconv.ParseBool of Go.
const truths = new Set(["1", "t", "T", "TRUE", "true", "True"]);

/** Reads flags as Go's package flag does: one dash or two, a value behind `=` or in the next word. */
export function readShimFlags(argv: readonly string[]): ShimFlags {
  const given = new Map<string, string>();
  let at = 0;
  for (; at < argv.length && (argv[at] ?? "").startsWith("-"); at++) {
    if (argv[at] === "-") break;
    if (argv[at] === "--") {
      at++;
      break;
    }
    const [, name = "", inline] = /^--?([^=]*)(?:=([^]*))?$/.exec(argv[at] ?? "") ?? [];
    if (switches.has(name)) given.set(name, inline ?? "true");
    else if (valued.has(name)) given.set(name, inline ?? argv[++at] ?? "");
    else throw new WrunError("invalid", `unknown flag -${name}: containerd starts this program, not people`);
  }
  const text = (name: string): string => given.get(name) ?? "";
  const on = (name: string): boolean => truths.has(text(name));
  return {
    namespace: text("namespace"),
    id: text("id"),
    address: text("address"),
    bundle: text("bundle"),
    publishBinary: text("publish-binary"),
    debug: on("debug"),
    version: on("v") || on("version"),
    info: on("info"),
    verb: argv[at] ?? "",
  };
}
