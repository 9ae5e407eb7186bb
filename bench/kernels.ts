import { geometricMean, medians, type Subject } from "./measure.ts";
import { guest, peers, wrun } from "./places.ts";
import { printTable, ratio } from "./table.ts";

// Rounds that take a native build a little over a second, and a tenth of them for short runs.
const kernels = { sieve: 30, sha256: 150, matrix: 30, blocksort: 8 };

/** CPU work against clang -O2: long runs (a second and more) and short ones. */
export function benchKernels(runs: number): void {
  benchScale("CPU kernels, over 1 s", { runs, scale: 1 });
  benchScale("CPU kernels, about 0.1 s, start included", { runs: runs * 2, scale: 0.1 });
}

interface Scale {
  readonly runs: number;
  readonly scale: number;
}

function benchScale(title: string, { runs, scale }: Scale): void {
  const columns: string[] = ["native", "wrun", ...peers().map(({ name }) => name)];
  const ratios: number[][] = columns.map(() => []);
  const rows = Object.entries(kernels).map(([name, full]) => {
    const { native, wasm } = guest(name);
    const rounds = String(Math.max(1, Math.round(full * scale)));
    const subjects: Subject[] = [
      { name: "native", command: [native, rounds] },
      { name: "wrun", command: [wrun, "wasm", wasm, rounds] },
      ...peers().map((peer) => ({ name: peer.name, command: [...peer.command, wasm, rounds] })),
    ];
    const times = medians(subjects, runs);
    const [reference = NaN] = times;
    times.forEach((time, i) => ratios[i]?.push(time / reference));
    return [
      name,
      `${(reference / 1000).toFixed(2)} s`,
      ...times.slice(1).map((time) => ratio(time, reference)),
    ];
  });
  const means = ratios.slice(1).map((values) => `${geometricMean(values).toFixed(2)}x`);
  printTable(`${title} (median of ${runs})`, ["", ...columns], [...rows, ["geometric mean", "", ...means]]);
}
