import { WrunError } from "../../../oci/error.ts";
import type { Protocol } from "../../transport/server.ts";

/** ttrpc, which every containerd has, unless WRUN_SHIM_PROTOCOL in containerd's environment says grpc (1.7 and later). */
export function protocolOf(): Protocol {
  const asked = process.env["WRUN_SHIM_PROTOCOL"] ?? "ttrpc";
  if (asked === "ttrpc" || asked === "grpc") return asked;
  throw new WrunError("invalid", `WRUN_SHIM_PROTOCOL=${asked.slice(0, 40)}: write ttrpc or grpc`);
}
