import type { wrun } from "../../../proto/gen/monitor.js";
import { oneLine } from "../../one-line.ts";

/** A container as the monitor's list has it. */
export type Listed = wrun.monitor.v1.Container.$Properties;

/** By what the table is sorted: the key that chooses it, the column, and the order. */
export const orders = {
  i: { column: "ID", by: ({ id }: Listed) => id ?? "" },
  n: { column: "NAME", by: ({ name }: Listed) => name ?? "" },
  p: { column: "POD", by: ({ pod }: Listed) => pod ?? "" },
  s: { column: "STATE", by: ({ status }: Listed) => status ?? "" },
  u: { column: "UPTIME", by: ({ startedAt }: Listed) => -(startedAt?.seconds ?? 0) },
  m: { column: "MEMORY", by: ({ memory }: Listed) => -(memory ?? 0) },
  e: { column: "EXIT", by: ({ exitStatus }: Listed) => -(exitStatus ?? -1) },
} as const;

/** A key of `orders`. */
export type Order = keyof typeof orders;

/** What the table is made for. */
export interface TableOptions {
  readonly order: Order;
  /** Seconds since 1970. */
  readonly now: number;
  readonly rows: number;
  readonly columns: number;
}

const header = ["ID", "NAME", "POD", "STATE", "UPTIME", "MEMORY", "EXIT"] as const;

/** The table as lines of the terminal's width: a head, the containers in their order, as many as fit, and the keys. */
export function tableLines(
  containers: readonly Listed[],
  { order, now, rows, columns }: TableOptions,
): readonly string[] {
  const sorted = containers.toSorted((a, b) => compared(orders[order].by(a), orders[order].by(b)));
  const room = Math.max(rows - 3, 0);
  const cells = sorted.slice(0, room).map((container) => cellsOf(container, now));
  const titles = header.map((title) => (title === orders[order].column ? `${title}▾` : title));
  const widths = titles.map((title, at) =>
    Math.max(title.length, ...cells.map((row) => row[at]?.length ?? 0)),
  );
  const line = (row: readonly string[]): string =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join("  ")
      .trimEnd()
      .slice(0, columns);
  const hidden = sorted.length - cells.length;
  const count = `${sorted.length} ${sorted.length === 1 ? "container" : "containers"}`;
  return [
    hidden > 0 ? `${count}, ${hidden} of them below` : count,
    line(titles),
    ...cells.map(line),
    "q quit · sort by i id, n name, p pod, s state, u uptime, m memory, e exit".slice(0, columns),
  ];
}

// Names come from images and pods, details from guests: what a terminal would obey is spelled out, and what it may show
// wider than one column is left out.
function cellsOf(container: Listed, now: number): string[] {
  const { id, name, pod, status, startedAt, exitedAt, memory, exitStatus, reason, detail } = container;
  const until = exitedAt?.seconds ?? now;
  const exit = exitedAt ? [String(exitStatus ?? 0), reason, detail].filter(Boolean).join(" ") : "-";
  return [
    short(id, 12),
    short(name, 24),
    short(pod, 24),
    status ?? "",
    startedAt ? durationText(until - (startedAt.seconds ?? 0)) : "-",
    memory ? sizeText(memory) : "-",
    short(exit, 60),
  ];
}

function short(text: string | null | undefined, most: number): string {
  const plain = oneLine(text ?? "").replace(/[^ -~]/gu, "?");
  if (plain === "") return "-";
  return plain.length > most ? `${plain.slice(0, most - 1)}…` : plain;
}

/** `5s`, `3m20s`, `2h10m`, `4d3h`. */
export function durationText(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const [days, hours] = [Math.floor(whole / 86_400), Math.floor(whole / 3600) % 24];
  const minutes = Math.floor(whole / 60) % 60;
  if (days > 0) return `${days}d${hours}h`;
  if (hours > 0) return `${hours}h${minutes}m`;
  return minutes > 0 ? `${minutes}m${whole % 60}s` : `${whole}s`;
}

/** `512K`, `3.4M`, `1.2G`. */
export function sizeText(bytes: number): string {
  const units = ["K", "M", "G", "T"];
  let value = bytes / 1024;
  let unit = 0;
  for (; value >= 1000 && unit < units.length - 1; unit++) value /= 1024;
  return `${value < 10 ? value.toFixed(1) : value.toFixed(0)}${units[unit] ?? ""}`;
}

function compared(a: string | number, b: string | number): number {
  return a < b ? -1 : Number(a > b);
}
