import { native } from "../../native/native.ts";
import type { HostPath } from "../../oci/grant.ts";
import { linuxFiles } from "../host/files.ts";
import { spoolFiles } from "./spool.ts";
import type { ContainerDetails, ExecDetails } from "./record.ts";

/** What the launcher is to know, which waits for the low-level runtime that this process becomes. */
export interface Pending {
  readonly key: string;
  readonly container?: ContainerDetails;
  readonly exec?: ExecDetails;
  readonly pidFile?: HostPath;
}

/**
 * Leaves a file for the launcher, by our pid: five lines, the key, the pid file, the engine's report, the exit file, and
 * the part of the record that is ours to write. What a line cannot hold is left out (native/launcher/record.c reads it).
 */
export function leavePending(spool: HostPath, { key, container, exec, pidFile }: Pending): void {
  const paths = [pidFile, container?.report, container?.exitFile];
  const lines = [key, ...paths.map((path) => (path === undefined || path.includes("\n") ? "" : path))];
  const fields = JSON.stringify({ ...(container && { container }), ...(exec && { exec }) });
  const text = [...lines, fields.slice(1, -1)].join("\n");
  linuxFiles.writeText(`${spoolFiles(spool).pending}/${native.getpid()}`, `${text}\n`, 0o600);
}
