import { execFileSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { medians, type Subject } from "./measure.ts";
import { guest, peers, scratch, wrun } from "./places.ts";
import { figure, printTable, ratio } from "./table.ts";

const million = 1e6;
const fileSize = 256 * 2 ** 20;

/** What a host call costs: a million of 1-byte fd_write and of clock_time_get, and reading a large file. */
export function benchCalls(runs: number): void {
  const { native, wasm } = guest("calls");
  for (const what of ["write", "clock"]) benchSmall(what, { native, wasm, runs });
  benchRead({ native, wasm, runs });
}

interface Job {
  readonly native: string;
  readonly wasm: string;
  readonly runs: number;
}

function benchSmall(what: string, { native, wasm, runs }: Job): void {
  const subjects: Subject[] = [
    { name: "native", command: [native, what] },
    { name: "wrun", command: [wrun, "wasm", wasm, what] },
    ...peers().map(({ name, command }) => ({ name, command: [...command, wasm, what] })),
  ];
  const times = medians(subjects, runs);
  const perCall = times.map((ms) => (ms * 1000) / million);
  const rows = subjects.map(({ name }, i) => [
    name,
    figure(perCall[i] ?? NaN, "µs"),
    `+${figure((perCall[i] ?? NaN) - (perCall[0] ?? NaN), "µs")}`,
  ]);
  const title =
    what === "write" ? "fd_write of 1 byte to /dev/null" : "clock_time_get, monotonic (native: vDSO)";
  printTable(`${title}: 1e6 calls, whole process`, ["", "per call", "over native"], rows);
}

function benchRead({ native, wasm, runs }: Job): void {
  const file = `${scratch}/large`;
  if (!existsSync(file) || statSync(file).size !== fileSize)
    execFileSync("dd", ["if=/dev/urandom", `of=${file}`, "bs=1M", "count=256", "status=none"]);
  const subjects: Subject[] = [
    { name: "cat", command: ["cat", file] },
    { name: "native read(2), 256 KiB", command: [native, "read", file] },
    {
      name: "wrun fd_read, 256 KiB",
      command: [wrun, "wasm", "--dir", `${scratch}::/::ro`, wasm, "read", "/large"],
    },
  ];
  const times = medians(subjects, runs);
  const speeds = times.map((ms) => fileSize / 2 ** 20 / (ms / 1000));
  const rows = subjects.map(({ name }, i) => [
    name,
    figure(speeds[i] ?? NaN, "MiB/s"),
    ratio(speeds[i] ?? NaN, speeds[0] ?? NaN),
  ]);
  printTable("Reading a file of 256 MiB that the page cache holds", ["", "throughput", "to cat"], rows);
}
