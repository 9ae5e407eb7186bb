import { WrunError } from "../../oci/error.ts";
import type { HostPath } from "../../oci/grant.ts";
import { quote } from "../../oci/note.ts";
import { spoolOf } from "../events/setting.ts";

/** Where the monitor is to be reached. */
export type Address =
  | { readonly kind: "unix"; readonly path: HostPath; readonly spool: HostPath }
  | { readonly kind: "tcp"; readonly host: string; readonly port: number };

/** Addresses, separated by commas: `unix:///run/wrun/events.sock,tcp://0.0.0.0:9470`. */
export function parseAddresses(text: string): readonly Address[] {
  return text.split(",").map(parseAddress);
}

function parseAddress(text: string): Address {
  if (text.startsWith("unix://"))
    return { kind: "unix", path: text.slice("unix://".length), spool: spoolOf(text) };
  if (text.startsWith("tcp://"))
    return { kind: "tcp", ...parseHostPort(text.slice("tcp://".length), "--listen") };
  throw new WrunError(
    "invalid",
    `--listen: ${quote(text)} is no address: write unix:///PATH or tcp://HOST:PORT`,
  );
}

/** `HOST:PORT`, the host an IPv6 address in brackets too. */
export function parseHostPort(text: string, flag: string): { readonly host: string; readonly port: number } {
  const match = /^(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+):(\d{1,5})$/.exec(text);
  const port = Number(match?.[2]);
  if (match?.[1] !== undefined && port <= 65_535) return { host: match[1].replace(/^\[|\]$/g, ""), port };
  throw new WrunError("invalid", `${flag}: ${quote(text)} is not HOST:PORT`);
}
