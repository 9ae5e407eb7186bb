import { oneLine } from "../one-line.ts";
import type { Container } from "../sandbox/sandbox.ts";
import type { Call } from "./call.ts";
import { oneOf } from "./global-flags.ts";

/** `wrun list`: all containers under the state directory. */
export function listVerb({ flags, sandbox, host, print }: Call): number {
  const format = oneOf(flags, "--format", ["table", "json"]) ?? "table";
  const rows = rowsOf(sandbox().list(), host);
  if (flags.has("--quiet")) print(rows.map(({ id }) => `${id}\n`).join(""));
  else print(format === "json" ? json(rows) : table(rows));
  return 0;
}

/** What is shown of a container. */
export interface Row {
  readonly id: string;
  readonly pid: number;
  readonly status: string;
  readonly bundle: string;
  readonly created: string;
  readonly owner: string;
  readonly rootfs: string;
  readonly annotations: Readonly<Record<string, string>>;
}

/** The rows of containers, in their order. */
export function rowsOf(containers: readonly Container[], host: Call["host"]): readonly Row[] {
  return containers.map(rowOf(host.readText("/etc/passwd", { followLink: true }) ?? ""));
}

function json(rows: readonly Row[]): string {
  const shown = rows.map(({ rootfs: _rootfs, annotations: _annotations, ...row }) => row);
  return `${JSON.stringify(shown, undefined, 2)}\n`;
}

function rowOf(passwd: string): (container: Container) => Row {
  return ({ record, life }) => ({
    id: record.id,
    pid: life.status === "stopped" ? 0 : life.pid,
    status: life.status,
    bundle: record.bundle,
    created: record.created,
    owner: userName(passwd, record.owner),
    rootfs: record.rootfs,
    annotations: record.annotations,
  });
}

// passwd(5): name:password:uid:…
function userName(passwd: string, uid: number): string {
  const line = passwd.split("\n").find((entry) => entry.split(":")[2] === `${uid}`);
  return line?.split(":")[0] ?? `${uid}`;
}

function table(rows: readonly Row[]): string {
  const head = ["NAME", "PID", "STATUS", "BUNDLE PATH", "CREATED", "OWNER"];
  const body = rows.map((r) => [r.id, `${r.pid}`, r.status, oneLine(r.bundle), r.created, r.owner]);
  const widths = head.map((_, column) => Math.max(...[head, ...body].map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join(" ")
      .trimEnd();
  return [head, ...body].map((row) => `${line(row)}\n`).join("");
}
