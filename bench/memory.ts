import { readFileSync } from "node:fs";
import { native } from "../native/native.ts";
import { guest, peers, wrun } from "./places.ts";
import { figure, printTable } from "./table.ts";

/** Memory of a guest that sleeps, from /proc/PID/smaps_rollup, two seconds after its start. */
export async function benchMemory(): Promise<void> {
  const { native: sleeper, wasm } = guest("sleep");
  const subjects = [
    { name: "native", command: [sleeper] },
    { name: "wrun", command: [wrun, "wasm", wasm] },
    { name: "wrun --no-jit", command: [wrun, "wasm", "--no-jit", wasm] },
    ...peers().map(({ name, command }) => ({ name, command: [...command, wasm] })),
  ];
  const rows: string[][] = [];
  for (const { name, command } of subjects) rows.push([name, ...(await memoryOf(command))]);
  printTable("Memory of a sleeping guest", ["", "anonymous", "private", "PSS", "RSS"], rows);
}

async function memoryOf(command: readonly string[]): Promise<string[]> {
  const [program = ""] = command;
  const path = program.includes("/") ? program : (Bun.which(program) ?? program);
  const pid = native.spawn({
    path,
    argv: command,
    env: [`PATH=${process.env["PATH"] ?? ""}`],
    fds: [-1, -1, 2],
  });
  await Bun.sleep(2000);
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
  native.kill(pid, 9);
  native.waitpid(pid, 0);
  const field = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(text)?.[1] ?? NaN) / 1024;
  const total = field("Private_Clean") + field("Private_Dirty");
  return [field("Anonymous"), total, field("Pss"), field("Rss")].map((mib) => figure(mib, "MiB"));
}
