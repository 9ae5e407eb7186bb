import { oneFileBundle, type Bundle } from "./bundles.ts";
import { faults, medians, type Subject } from "./measure.ts";
import { guest, staticGuest, wrun } from "./places.ts";
import { figure, printTable, ratio } from "./table.ts";

// Moving a process into a cgroup waits for an RCU grace period, some 10 ms, unless somebody has just done so
// (rcu_sync in the kernel's percpu-rwsem). The targets are for a machine where nobody has.
const starts = [
  { name: "from a standing start", idle: 50 },
  { name: "back to back", idle: 0 },
];

/** One container's whole life through the kernel sandbox, against the low-level runtimes with a native program. */
export function benchKernel(folder: string, runs: number): void {
  for (const start of starts) benchStart(folder, runs, start);
}

function benchStart(
  folder: string,
  runs: number,
  { name: kind, idle }: { readonly name: string; readonly idle: number },
): void {
  const wasm = oneFileBundle(`${folder}/wasm`, guest("hello").wasm);
  const native = oneFileBundle(`${folder}/native`, staticGuest("hello"));
  const state = `${folder}/state`;
  const subjects = [
    subject("crun run, native", ["crun"], native),
    subject("runc run, native", ["runc"], native),
    subject("wrun run on crun, wasm", [wrun, "--runtime-path", "crun"], wasm),
    subject("wrun run on runc, wasm", [wrun, "--runtime-path", "runc"], wasm),
    subject("wrun run on crun, native", [wrun, "--runtime-path", "crun"], native),
    subject("wrun alone, wasm", [wrun, "--runtime-path", "true"], wasm),
    subject("wrun alone, native", [wrun, "--runtime-path", "true"], native),
    ...peer(folder),
  ];
  const times = medians(subjects, runs);
  const [crun = NaN, runc = NaN, onCrun = NaN, , forwarded = NaN] = times;
  const rows = subjects.map((each, i) => [
    each.name,
    figure(times[i] ?? NaN, "ms"),
    ratio(times[i] ?? NaN, crun),
    ratio(times[i] ?? NaN, runc),
    String(faults(each)),
  ]);
  const head = ["", "time", "to crun", "to runc", "page faults"];
  printTable(`Run of a bundle that says hello, ${kind} (median of ${runs}, taking turns)`, head, rows);
  if (idle === 0) return;
  console.log(
    `target: wrun run on crun, wasm ≤ 2.5x crun: ${ratio(onCrun, crun)}, and ≤ 1x runc: ${ratio(onCrun, runc)};  ` +
      `native through wrun ≤ crun + 10 ms: crun ${forwarded < crun ? "-" : "+"} ${figure(Math.abs(forwarded - crun), "ms")}`,
  );

  function subject(name: string, runtime: readonly string[], { directory, restore }: Bundle): Subject {
    const command = [...runtime, "--root", state, "run", "--bundle", directory, "bench"];
    const before = (): void => {
      restore();
      if (idle > 0) Bun.sleepSync(idle);
    };
    return { name, command, before };
  }

  function peer(place: string): Subject[] {
    const path = process.env["PEER_CRUN"];
    if (path === undefined) return [];
    const annotated = oneFileBundle(`${place}/peer`, guest("hello").wasm, { "run.oci.handler": "wasm" });
    return [subject(`${path} run, wasm`, [path], annotated)];
  }
}
