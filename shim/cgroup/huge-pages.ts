import { linuxFiles } from "../host/files.ts";

const units = ["KB", "MB", "GB", "TB"];
let sizes: readonly string[] | undefined;

/** The sizes of huge pages that this machine has, as the files of the hugetlb controller are called: `2MB`, `1GB`. */
export function hugePageSizes(): readonly string[] {
  sizes ??= linuxFiles.entries("/sys/kernel/mm/hugepages").flatMap(sizeOfFolder).toSorted();
  return sizes;
}

/** `hugepages-2048kB` is `2MB`. */
export function sizeOfFolder(name: string): string[] {
  const match = /^hugepages-(\d+)kB$/.exec(name);
  if (match === null) return [];
  let size = Number(match[1]);
  let unit = 0;
  for (; size >= 1024 && unit < units.length - 1; size /= 1024) unit++;
  return [`${size}${units[unit] ?? ""}`];
}
