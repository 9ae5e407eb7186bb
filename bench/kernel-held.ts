import { readFileSync } from "node:fs";
import { filesIn, processesOf, tracesOf } from "../test/e2e/kernel/traces.ts";
import { oneFileBundle } from "./bundles.ts";
import { median, once, type Subject } from "./measure.ts";
import { guest, wrun } from "./places.ts";
import { figure, printTable } from "./table.ts";

const mark = `bench-${process.pid}`;

/** A hundred containers one after another, and many held at once: none lost, nothing left, and what they weigh. */
export async function benchHeld(folder: string, counts: readonly number[]): Promise<void> {
  const state = `${folder}/held`;
  const verb = (name: string, ...args: string[]): Subject => ({
    name,
    command: [wrun, "--runtime-path", "crun", "--root", state, name, ...args],
  });
  const left = (): number => tracesOf({ mark, state, namespace: "self" }).length;

  const { directory, restore } = oneFileBundle(`${folder}/in-turn`, guest("hello").wasm);
  const inTurn = Array.from({ length: 100 }, (_, i) => {
    restore();
    return once(verb("run", "--bundle", directory, `${mark}-${i}`));
  });
  const file = filesIn(directory).filter((name) => name.startsWith("config.json.")).length;
  console.log(
    `\n100 containers one after another: ${figure(median(inTurn), "ms")} each, ${left()} traces and ${file} files left`,
  );

  const { wasm } = guest("sleep");
  const rows: string[][] = [];
  for (const count of counts) {
    const ids = Array.from({ length: count }, (_, i) => `${mark}-${count}-${i}`);
    const begin = performance.now();
    for (const id of ids) {
      const bundle = oneFileBundle(`${folder}/${id}`, wasm);
      once(verb("run", "--detach", "--bundle", bundle.directory, id));
    }
    const started = (performance.now() - begin) / count;
    await Bun.sleep(2000);
    const pids = processesOf(mark);
    const memory = ["Anonymous", "Private_Dirty", "Private_Clean", "Pss", "Rss"].map((field) =>
      figure(median(pids.map((pid) => fieldOf(pid, field))), "MiB"),
    );
    for (const id of ids) once(verb("delete", "--force", id));
    rows.push([String(count), String(count - pids.length), String(left()), figure(started, "ms"), ...memory]);
  }
  const head = ["held", "lost", "traces left", "start of one", "anonymous", "private dirty", "private clean"];
  printTable("Sleeping guests held at once on crun; memory of the middle one", [...head, "PSS", "RSS"], rows);
  console.log("target: none lost, no trace, private memory ≤ 6 MiB each");
}

function fieldOf(pid: number, field: string): number {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, "m").exec(text)?.[1] ?? NaN) / 1024;
}
