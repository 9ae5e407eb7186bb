// What bench/containers.ts runs inside the environment: FOLDER [kernel] [shim] [events] [podman] [--quick].
import { benchHeld } from "./kernel-held.ts";
import { benchKernel } from "./kernel.ts";
import { benchEventLatency, benchManyEvents } from "./shim/bench-events.ts";
import { benchShim } from "./shim/bench-shim.ts";
import { benchPodman } from "./podman.ts";

const [folder = "", ...args] = process.argv.slice(2);
const quick = args.includes("--quick");

if (args.includes("kernel")) {
  benchKernel(folder, quick ? 10 : 40);
  await benchHeld(folder, quick ? [1, 10] : [1, 10, 50]);
}
if (args.includes("shim")) await benchShim(folder, quick ? 40 : 200);
if (args.includes("events")) {
  await benchEventLatency(folder, quick ? 40 : 200);
  await benchManyEvents(folder, quick ? 10_000 : 100_000);
}
if (args.includes("podman")) benchPodman(folder, quick ? 5 : 20);
process.exit();
