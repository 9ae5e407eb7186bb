import { native } from "../native/native.ts";
import { exitCodeOf } from "../oci/report.ts";
import type { GuestEnd } from "../oci/report.ts";
import type { Reports } from "./reports.ts";

/** Ends the process as the guest ended. */
export function endGuest(end: GuestEnd, reports: Reports): never {
  reports.report(end);
  return native.exit(exitCodeOf(end));
}
