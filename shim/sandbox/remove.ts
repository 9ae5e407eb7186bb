import { WrunError } from "../../oci/error.ts";
import type { Host, ProcessIdentity } from "../host/host.ts";
import { sigkill } from "../signals.ts";
import type { ContainerFolder } from "./container-folder.ts";
import type { ContainerRecord } from "./container-record.ts";
import { checkMove } from "./lifecycle.ts";

/** Removes a container that the caller has taken, and with `force` one that runs or whose record is damaged. */
export function remove(host: Host, folder: ContainerFolder, force: boolean): void {
  const record = force ? readable(() => folder.readOurs(host)) : deletable(host, folder);
  if (record === undefined) host.abandonGate(folder.gate);
  else killAndWait(host, record);
  host.removeTree(folder.path);
}

/** Removes the container of exactly this process: another of its name may have been made meanwhile. */
export function removeOwn(host: Host, folder: ContainerFolder, process: ProcessIdentity): void {
  using lock = folder.take(host);
  const record = lock && folder.read(host);
  if (record?.pid === process.pid && record.startTime === process.startTime) host.removeTree(folder.path);
}

function deletable(host: Host, folder: ContainerFolder): ContainerRecord {
  const { record, life } = folder.findOurs(host);
  checkMove(folder.id, life, "delete");
  return record;
}

function killAndWait(host: Host, record: ContainerRecord): void {
  if (!host.signal(record, sigkill) || host.gone(record)) return;
  throw new WrunError("io", `cannot delete container "${record.id}": process ${record.pid} does not end`);
}

function readable(read: () => ContainerRecord | undefined): ContainerRecord | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof WrunError && error.code !== "permission") return undefined;
    throw error;
  }
}
