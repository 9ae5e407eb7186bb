import { run } from "../test/wrun.ts";
import { buildImage } from "../test/e2e/kernel/images.ts";
import { faults, medians, type Subject } from "./measure.ts";
import { guest, staticGuest } from "./places.ts";
import { figure, printTable, ratio } from "./table.ts";

/** `podman run --rm` of hello: wasm on wrun, native on plain crun. */
export function benchPodman(folder: string, runs: number): void {
  const env = Object.fromEntries(Object.entries(process.env).map(([name, value]) => [name, value ?? ""]));
  const here = {
    folder,
    env,
    command: (words: readonly string[]) => [...words],
    run: (words: readonly string[]) => run(words, { env }),
  };
  const image = (name: string, file: string): string =>
    buildImage(here, { name, files: { [`/${name}`]: { from: file } }, entrypoint: [`/${name}`] });
  const native = image("hello", staticGuest("hello"));
  const wasm = image("hello.wasm", guest("hello").wasm);

  const subject = (name: string, runtime: string, tag: string): Subject => ({
    name,
    command: ["podman", "--runtime", runtime, "run", "--rm", tag],
    env: Object.entries(env).map(([key, value]) => `${key}=${value}`),
  });
  const subjects = [
    subject("native on crun", "crun", native),
    subject("wasm on wrun (crun)", "wrun", wasm),
    subject("native on wrun (crun)", "wrun", native),
    subject("native on runc", "runc", native),
  ];
  const times = medians(subjects, runs);
  const [reference = NaN, ours = NaN] = times;
  const rows = subjects.map((each, i) => [
    each.name,
    figure(times[i] ?? NaN, "ms"),
    ratio(times[i] ?? NaN, reference),
    String(faults(each)),
  ]);
  const head = ["", "time", "to crun", "page faults"];
  printTable(`podman run --rm of hello (median of ${runs}, taking turns)`, head, rows);
  console.log(`target: wasm on wrun ≤ 1.25x native on crun: ${ratio(ours, reference)}`);
}
