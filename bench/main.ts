// `npm run bench [start|calls|kernels|memory|kernel|shim|events|containerd|podman|monitor|image]… [--quick]`: figures with their reference from the same run.
import { benchCalls } from "./calls.ts";
import { benchContainers } from "./containers.ts";
import { benchContainerd } from "./shim/bench-containerd.ts";
import { benchImage } from "./image.ts";
import { benchKernels } from "./kernels.ts";
import { benchMemory } from "./memory.ts";
import { benchMonitor } from "./monitor.ts";
import { benchStart } from "./start.ts";

const args = process.argv.slice(2);
const quick = args.includes("--quick");
const named = args.filter((arg) => !arg.startsWith("--"));
const wanted = (name: string): boolean => named.length === 0 || named.includes(name);

if (wanted("start")) benchStart(quick ? 15 : 60);
if (wanted("calls")) benchCalls(quick ? 3 : 7);
if (wanted("kernels")) benchKernels(quick ? 1 : 3);
if (wanted("memory")) await benchMemory();

if (wanted("image")) await benchImage();
if (wanted("containerd")) await benchContainerd(quick ? 20 : 60);

if (wanted("monitor")) await benchMonitor(quick ? 15 : 60, quick ? 100 : 1000);

const contained = ["kernel", "shim", "events", "podman"].filter(wanted);
if (contained.length > 0) await benchContainers([...contained, ...(quick ? ["--quick"] : [])]);
