import { readdirSync } from "node:fs";
import { processesOf } from "../../test/e2e/kernel/traces.ts";
import { median } from "../measure.ts";
import { guest, staticGuest } from "../places.ts";
import { figure, printTable, ratio } from "../table.ts";
import { anonymous, inParallel, parallel, shimSubjects } from "./shim-subjects.ts";
import { type ShimSubject, StressedShim } from "./stressed-shim.ts";

/** Containers through a shim, straight by its socket: how many in a second, what the shim weighs, and what is left. */
export async function benchShim(folder: string, count: number): Promise<void> {
  const subjects = shimSubjects(folder, "hello");
  await benchThroughput(folder, subjects, count);
  await benchMemory(folder, subjects);
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

function descriptors(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}
