import { readdirSync, readFileSync, symlinkSync, rmSync } from "node:fs";
import { processesOf } from "../../test/e2e/kernel/traces.ts";
import { median } from "../measure.ts";
import { guest, staticGuest } from "../places.ts";
import { figure, printTable, ratio } from "../table.ts";
import { wrun } from "../../test/wrun.ts";
import { type ShimSubject, StressedShim } from "./stressed-shim.ts";

const parallel = 4;

/** Containers through a shim, straight by its socket: how many in a second, what the shim weighs, and what is left. */
export async function benchShim(folder: string, count: number): Promise<void> {
  const ours = `${folder}/containerd-shim-wrun-v1`;
  rmSync(ours, { force: true });
  symlinkSync(wrun, ours);
  const [wasm, native] = [guest("hello").wasm, staticGuest("hello")];
  const subjects: readonly ShimSubject[] = [
    ...runcShim(native),
    { name: "wrun's shim on crun, wasm", path: ours, lowLevel: "crun", file: wasm },
    { name: "wrun's shim on runc, wasm", path: ours, lowLevel: "runc", file: wasm },
    { name: "wrun's shim on crun, native", path: ours, lowLevel: "crun", file: native },
    { name: "wrun's shim on runc, native", path: ours, lowLevel: "runc", file: native },
  ];
  await benchThroughput(folder, subjects, count);
  await benchMemory(folder, subjects);
}

function runcShim(file: string): ShimSubject[] {
  const path = Bun.which("containerd-shim-runc-v2");
  return path === null ? [] : [{ name: "runc's shim, native", path, lowLevel: "runc", file }];
}

async function benchThroughput(
  folder: string,
  subjects: readonly ShimSubject[],
  count: number,
): Promise<void> {
  const rates = subjects.map(() => [] as number[]);
  for (let round = 0; round < 3; round++)
    for (const [index, subject] of subjects.entries())
      rates[index]?.push(await throughput(StressedShim.open(subject, `${folder}/stress`), count));
  const reference = median(rates[0] ?? []);
  const rows = subjects.map(({ name }, index) => {
    const rate = median(rates[index] ?? []);
    return [name, figure(rate, "/s"), ratio(rate, reference)];
  });
  const head = ["", "tasks", "to the first"];
  const title = `${count} tasks, ${parallel} at a time, straight at the shim: create, start, wait, delete (median of 3 runs)`;
  printTable(title, head, rows);
  console.log("target: wrun's shim with wasm ≥ 40 tasks/s on two cores");
}

async function throughput(shim: StressedShim, count: number): Promise<number> {
  await using stressed = shim;
  await stressed.forgetFirst();
  const ids = Array.from({ length: count }, (_, i) => `task-${i}`);
  for (const id of ids) stressed.bundle(id);
  const begin = performance.now();
  await inParallel(ids, (id) => stressed.live(id));
  return (count * 1000) / (performance.now() - begin);
}

async function inParallel(ids: string[], live: (id: string) => Promise<void>): Promise<void> {
  const worker = async (): Promise<void> => {
    for (let id = ids.shift(); id !== undefined; id = ids.shift()) await live(id);
  };
  await Promise.all(Array.from({ length: parallel }, worker));
}

/** How many containers the memory is measured with. */
const held = [1, 11] as const;

async function benchMemory(folder: string, subjects: readonly ShimSubject[]): Promise<void> {
  const rows: string[][] = [];
  for (const subject of subjects) {
    await using shim = StressedShim.open({ ...subject, file: sleeper(subject.file) }, `${folder}/held`);
    const pid = await shim.pid;
    await shim.task.start({ id: "first" });
    await Bun.sleep(1000);
    const one = anonymous(pid);
    const more = Array.from({ length: held[1] - held[0] }, (_, i) => `more-${i}`);
    for (const id of more) {
      shim.bundle(id);
      await shim.create(id);
      await shim.task.start({ id });
    }
    await Bun.sleep(1000);
    const each = (anonymous(pid) - one) / more.length;
    const before = descriptors(pid);
    for (const id of ["first", ...more]) await end(shim, id);
    rows.push([subject.name, figure(one, "MiB"), figure(each, "MiB"), `${before}`, `${descriptors(pid)}`]);
  }
  const head = ["", "one container", "each further one", "descriptors", "after their end"];
  printTable("Private (anonymous) memory of a shim that holds sleeping containers", head, rows);
  console.log(
    `target: ≤ 8 MB with one, ≤ 1 MB for each further one; processes left: ${processesOf("bench/held").length}`,
  );
}

function sleeper(file: string): string {
  return file.endsWith(".wasm") ? guest("sleep").wasm : staticGuest("sleep");
}

async function end(shim: StressedShim, id: string): Promise<void> {
  await shim.task.kill({ id, signal: 9 });
  await shim.task.wait({ id });
  await shim.task.delete({ id });
}

function anonymous(pid: number): number {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
  return Number(/^Anonymous:\s+(\d+) kB/m.exec(text)?.[1] ?? NaN) / 1024;
}

function descriptors(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}
