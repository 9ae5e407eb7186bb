import { native } from "../../native/native.ts";
import { WrunError } from "../../oci/error.ts";
import type { Flag, Flags } from "./argv.ts";
import type { LogFormat, LogLevel, LogOptions } from "./log.ts";

/** The flags that every verb takes, before it or after it. */
export const globalFlags: readonly Flag[] = [
  { names: ["--root"], value: "DIR", help: "where the state of containers is kept" },
  { names: ["--log"], value: "FILE", help: "append messages to FILE too" },
  { names: ["--log-format"], value: "text|json", help: "how FILE is written (default text)" },
  { names: ["--log-level"], value: "error|warning|debug", help: "the least that is told (default warning)" },
  { names: ["--debug"], help: "the same as --log-level debug" },
  { names: ["--sandbox"], value: "embedded|kernel|auto", help: "what contains the guest (default auto)" },
  { names: ["--runtime-path"], value: "FILE", help: "the kernel sandbox's crun or runc (default: on PATH)" },
  { names: ["--help", "-h"], help: "show this text" },
  { names: ["--version", "-v", "-V"], help: "show the version" },
  // Callers of crun and runc give these always; the embedded sandbox has no cgroups and no need of root.
  { names: ["--systemd-cgroup", "-s"], help: "accepted, without effect in the embedded sandbox" },
  { names: ["--cgroup-manager"], value: "NAME", help: "accepted, without effect in the embedded sandbox" },
  { names: ["--rootless"], value: "BOOL", help: "accepted, without effect in the embedded sandbox" },
];

/** Which sandbox the caller chose. */
export function sandboxChoice(flags: Flags): "embedded" | "kernel" | "auto" {
  return oneOf(flags, "--sandbox", ["embedded", "kernel", "auto"]) ?? "auto";
}

/** What `auto` comes to for a new container: engines are root, if only in a user namespace; others run embedded. */
export function automaticSandbox(): "embedded" | "kernel" {
  return native.geteuid() === 0 ? "kernel" : "embedded";
}

/** How and where to log. */
export function logOptions(flags: Flags): LogOptions {
  const file = flags.value("--log");
  const format: LogFormat = oneOf(flags, "--log-format", ["text", "json"]) ?? "text";
  const level: LogLevel = oneOf(flags, "--log-level", ["error", "warning", "debug"]) ?? "warning";
  return { ...(file === undefined ? {} : { file }), format, level: flags.has("--debug") ? "debug" : level };
}

/** The value of a flag that takes one of a few words. */
export function oneOf<const T extends string>(
  flags: Flags,
  name: string,
  words: readonly T[],
): T | undefined {
  const value = flags.value(name);
  if (value === undefined) return undefined;
  const found = words.find((word) => word === value);
  if (found !== undefined) return found;
  throw new WrunError(
    "invalid",
    `${name}: ${JSON.stringify(value.slice(0, 80))} is not one of ${words.join(", ")}`,
  );
}
