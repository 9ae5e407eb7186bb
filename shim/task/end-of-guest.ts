import { reportOf } from "../../oci/engine-mount.ts";
import { endOf, type GuestEnd, parseReports } from "../../oci/report.ts";
import type { RuntimeSpec } from "../../oci/runtime-spec.ts";
import { linuxFiles } from "../host/files.ts";

/** How the guest of a container ended, as its engine has reported it; undefined for a native one, and where nothing is known. */
export function endOfGuest(spec: RuntimeSpec): GuestEnd | undefined {
  const report = reportOf(spec);
  if (report === undefined) return undefined;
  try {
    return endOf(parseReports(linuxFiles.readText(report) ?? ""));
  } catch {
    return undefined;
  }
}
