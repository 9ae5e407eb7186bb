import { readFileSync, rmSync, symlinkSync } from "node:fs";
import { wrun } from "../../test/wrun.ts";
import { guest, staticGuest } from "../places.ts";
import type { ShimSubject } from "./stressed-shim.ts";

/** So many tasks live at a time. */
export const parallel = 4;

/** The shims that are measured, each with the program bench/guests/NAME.c. The first is containerd's own, where it is installed. */
export function shimSubjects(folder: string, name: string): ShimSubject[] {
  const ours = `${folder}/containerd-shim-wrun-v1`;
  rmSync(ours, { force: true });
  symlinkSync(wrun, ours);
  const [wasm, native] = [guest(name).wasm, staticGuest(name)];
  return [
    ...runcShim(native),
    { name: "wrun's shim on crun, wasm", path: ours, lowLevel: "crun", file: wasm },
    { name: "wrun's shim on runc, wasm", path: ours, lowLevel: "runc", file: wasm },
    { name: "wrun's shim on crun, native", path: ours, lowLevel: "crun", file: native },
    { name: "wrun's shim on runc, native", path: ours, lowLevel: "runc", file: native },
  ];
}

function runcShim(file: string): ShimSubject[] {
  const path = Bun.which("containerd-shim-runc-v2");
  return path === null ? [] : [{ name: "runc's shim, native", path, lowLevel: "runc", file }];
}

/** Does `live` for each id, some at a time. Empties `ids`. */
export async function inParallel(ids: string[], live: (id: string) => Promise<void>): Promise<void> {
  const worker = async (): Promise<void> => {
    for (let id = ids.shift(); id !== undefined; id = ids.shift()) await live(id);
  };
  await Promise.all(Array.from({ length: parallel }, worker));
}

/** The private memory of a process, in MiB. */
export function anonymous(pid: number): number {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
  return Number(/^Anonymous:\s+(\d+) kB/m.exec(text)?.[1] ?? NaN) / 1024;
}
