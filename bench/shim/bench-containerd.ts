import { Containerd } from "../../test/e2e/containerd/containerd.ts";
import { toolsImages } from "../../test/e2e/containerd/images.ts";
import { missing } from "../../test/e2e/containerd/missing.ts";
import { median } from "../measure.ts";
import { figure, printTable, ratio } from "../table.ts";

const parallel = 4;
const rounds = 3;

const subjects = [
  { name: "runc's shim, native", runtime: "io.containerd.runc.v2", image: "native", program: "/app" },
  { name: "wrun's shim, wasm", runtime: "io.containerd.wrun.v1", image: "wasm", program: "/app.wasm" },
  { name: "wrun's shim, native", runtime: "io.containerd.wrun.v1", image: "native", program: "/app" },
] as const;

/** Containers through the installed containerd by `ctr run --rm`, each with a shim of its own. */
export async function benchContainerd(count: number): Promise<void> {
  if (missing !== undefined) return console.log(`\ncontainerd is skipped: ${missing}`);
  const tables = [];
  for (const lowLevel of ["crun", "runc"] as const) {
    const containerd = await Containerd.open({ lowLevel });
    try {
      for (const image of [...toolsImages("native"), ...toolsImages("wasm")]) containerd.import(image);
      tables.push({ lowLevel, rates: await ratesOf(containerd, count) });
    } finally {
      await containerd.close();
    }
  }
  for (const { lowLevel, rates } of tables) {
    const rows = subjects.map(({ name }, i) => [
      name,
      figure(rates[i] ?? NaN, "/s"),
      ratio(rates[i] ?? NaN, rates[0] ?? NaN),
    ]);
    const title = `${count} containers, ${parallel} at a time, by ctr run, wrun on ${lowLevel} (median of ${rounds} runs, taking turns)`;
    printTable(title, ["", "containers", "to runc's shim"], rows);
  }
  console.log("target: wrun's shim with wasm ≥ 0.9x runc's shim with a native program");
}

async function ratesOf(containerd: Containerd, count: number): Promise<number[]> {
  const rates = subjects.map(() => [] as number[]);
  for (let round = 0; round < rounds; round++)
    for (const [i, subject] of subjects.entries()) rates[i]?.push(await rate(containerd, subject, count));
  return rates.map(median);
}

let made = 0;

async function rate(
  containerd: Containerd,
  { runtime, image, program }: (typeof subjects)[number],
  count: number,
): Promise<number> {
  let left = count;
  const worker = async (): Promise<void> => {
    while (left-- > 0) {
      const words = ["run", "--rm", "--runtime", runtime, `localhost/${image}-tools:latest`];
      const running = containerd.spawn(
        containerd.ctrCommand([...words, `bench-${++made}`, program, "echo", "hello"]),
      );
      const said = await running.stdout.text();
      if ((await running.exited) !== 0 || said !== "hello\n")
        throw new Error(`${runtime}: ${said}${await running.stderr.text()}`);
    }
  };
  const begin = performance.now();
  await Promise.all(Array.from({ length: parallel }, worker));
  return (count * 1000) / (performance.now() - begin);
}
