import { linuxFiles } from "../host/files.ts";

/**
 * What looks up the name of a block device by its numbers, in /proc/partitions (proc(5)): read once, at the first
 * question.
 */
export function blockDevices(): (major: number, minor: number) => string {
  let names: ReadonlyMap<string, string> | undefined;
  return (major, minor) => {
    names ??= parsePartitions(linuxFiles.readText("/proc/partitions") ?? "");
    return names.get(`${major}:${minor}`) ?? "";
  };
}

/** Names by `MAJOR:MINOR`, out of a table whose columns are major, minor, blocks and name. */
export function parsePartitions(text: string): ReadonlyMap<string, string> {
  const rows = text.split("\n").map((line) => line.trim().split(/\s+/));
  return new Map(
    rows
      .filter(([major = ""]) => /^\d+$/.test(major))
      .map(([major, minor, , name]) => [`${major}:${minor}`, `/dev/${name}`]),
  );
}
