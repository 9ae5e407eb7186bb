import { oneLine } from "../one-line.ts";
import type { Container } from "../sandbox/sandbox.ts";
import type { Call } from "./call.ts";
import { oneOf } from "./global-flags.ts";

/** `wrun list`: all containers under the state directory. */
export function listVerb({ flags, sandbox, host, print }: Call): number {
  const format = oneOf(flags, "--format", ["table", "json"]) ?? "table";
  const containers = sandbox().list();
  if (flags.has("--quiet")) print(containers.map(({ record }) => `${record.id}\n`).join(""));
  else {
    const rows = containers.map(rowOf(host.readText("/etc/passwd", { followLink: true }) ?? ""));
    print(format === "json" ? `${JSON.stringify(rows, undefined, 2)}\n` : table(rows));
  }
  return 0;
}

interface Row {
  readonly id: string;
  readonly pid: number;
  readonly status: string;
  readonly bundle: string;
  readonly created: string;
  readonly owner: string;
}

function rowOf(passwd: string): (container: Container) => Row {
  return ({ record, life }) => ({
    id: record.id,
    pid: life.status === "stopped" ? 0 : life.pid,
    status: life.status,
    bundle: record.bundle,
    created: record.created,
    owner: userName(passwd, record.owner),
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
