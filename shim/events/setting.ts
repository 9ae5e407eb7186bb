import { WrunError } from "../../oci/error.ts";
import type { HostPath } from "../../oci/grant.ts";
import { quote } from "../../oci/note.ts";
import { kernelConfig } from "../kernel/low-level-runtime.ts";

const scheme = "unix://";
/** Of a socket's path: unix(7) has room for 107 bytes. */
const longest = 100;

/** Where `wrun monitor` listens if nobody says otherwise. */
export const usualAddress = "unix:///run/wrun/events.sock";

/** The address that WRUN_EVENTS names, or else the config file; undefined where events are off. */
export function eventsAddress(): string | undefined {
  const address = process.env["WRUN_EVENTS"] ?? kernelConfig().events;
  return address === "" ? undefined : address;
}

/** The spool of that address; undefined where events are off. */
export function eventsSpool(): HostPath | undefined {
  const address = eventsAddress();
  return address === undefined ? undefined : spoolOf(address);
}

/**
 * The folder in which events wait for the monitor that listens at `address`: beside the socket, so that who writes and who
 * reads need only agree on the address. No container can be of its name (native/launcher/events.c does the same).
 */
export function spoolOf(address: string): HostPath {
  const path = address.slice(scheme.length);
  if (address.startsWith(`${scheme}/`) && path.length <= longest && !path.endsWith("/"))
    return `${path}@spool`;
  throw new WrunError("invalid", `events: ${quote(address)} is no address: write ${usualAddress}`);
}
