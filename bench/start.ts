import { medians, type Subject } from "./measure.ts";
import { bundle, emptyBun, guest, peers, wrun } from "./places.ts";
import { figure, printTable, ratio } from "./table.ts";

/** Cold start of a guest that says hello, whole process, against an empty compiled Bun program. */
export function benchStart(runs: number): void {
  const hello = guest("hello");
  const subjects: Subject[] = [
    { name: "empty compiled Bun program", command: [emptyBun()] },
    { name: "native hello", command: [hello.native] },
    { name: "wrun wasm hello.wasm", command: [wrun, "wasm", hello.wasm] },
    {
      name: "wrun run BUNDLE",
      command: [wrun, "--sandbox", "embedded", "run", "--bundle", bundle(hello.wasm), "bench"],
    },
    { name: "wrun --version", command: [wrun, "--version"] },
    ...peers().map(({ name, command }) => ({
      name: `${name} hello.wasm`,
      command: [...command, hello.wasm],
    })),
  ];
  const times = medians(subjects, runs);
  const [empty = NaN, , engine = NaN, run = NaN] = times;
  const rows = subjects.map(({ name }, i) => [
    name,
    figure(times[i] ?? NaN, "ms"),
    ratio(times[i] ?? NaN, empty),
  ]);
  printTable(`Cold start (median of ${runs}, taking turns)`, ["", "time", "to empty Bun"], rows);
  console.log(
    `target: wrun wasm ≤ 2x empty: ${ratio(engine, empty)};  wrun run ≤ 25 ms more: +${figure(run - engine, "ms")}`,
  );
}
