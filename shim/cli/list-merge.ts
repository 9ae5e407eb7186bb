import { oneLine } from "../one-line.ts";
import type { Row } from "./list.ts";

/**
 * What the low-level runtime lists, byte for byte, with the embedded containers behind it, in the shape that it has:
 * crun's or runc's table, JSON of the one or the other, or ids alone.
 */
export function mergedList(listed: string, rows: readonly Row[], isJson: boolean): string {
  if (rows.length === 0) return listed;
  if (listed.startsWith("[") || (isJson && listed.trim() === "null")) return mergedJson(listed, rows);
  const head = /^(?:NAME|ID) +PID +STATUS .*$/m.exec(listed);
  const ours = head?.index === 0 ? tableRows(head[0], rows) : rows.map(({ id }) => id);
  return `${listed}${ours.map((line) => `${line}\n`).join("")}`;
}

// Go's encoder writes one line, and null where there is none; yajl and json-c indent by four.
function mergedJson(listed: string, rows: readonly Row[]): string {
  if (listed.trim() === "null") return `${JSON.stringify(rows.map(runcRow))}\n`;
  const end = listed.lastIndexOf("]");
  const body = listed.slice(0, end).trimEnd();
  const isEmpty = body === "[";
  const isRuncs = listed.includes('"ociVersion"');
  const isPretty = !isRuncs;
  const ours = isRuncs ? rows.map(runcRow) : rows.map(crunRow);
  const text = JSON.stringify(ours, undefined, isPretty ? 4 : undefined);
  const inner = text.slice(1, isPretty ? -2 : -1);
  return `${body}${isEmpty ? "" : ","}${inner}${isPretty ? "\n" : ""}${listed.slice(end)}`;
}

function crunRow({ id, pid, status, bundle, created, owner }: Row): object {
  return { id, pid, status, bundle, created, owner };
}

function runcRow({ annotations, ...row }: Row): object {
  const { id, pid, status, bundle, rootfs, created, owner } = row;
  const more = Object.keys(annotations).length === 0 ? {} : { annotations };
  return { ociVersion: "1.0.2", id, pid, status, bundle, rootfs, created, ...more, owner };
}

// A column begins where its title does; crun leaves one blank behind what is too long for it, and runc three.
function tableRows(head: string, rows: readonly Row[]): string[] {
  const titles = ["PID ", "STATUS ", "BUNDLE", "CREATED", "OWNER"];
  const starts = [0, ...titles.map((title) => head.indexOf(title))];
  const gap = head.startsWith("ID") ? 3 : 1;
  return rows.map((row) =>
    [row.id, `${row.pid}`, row.status, oneLine(row.bundle), row.created, row.owner]
      .map((cell, column) => {
        const next = starts[column + 1];
        if (next === undefined) return cell;
        return `${cell}${" ".repeat(gap)}`.padEnd(next - (starts[column] ?? 0));
      })
      .join(""),
  );
}
