import { readdirSync, readFileSync } from "node:fs";
import { native } from "../../native/native.ts";
import { containerd } from "../../proto/gen/task.js";
import { type RemoteTask, remoteTask, taskRpcs } from "../../shim/transport/task.ts";
import { refusal, TaskShim } from "../shim/task/task-shim.ts";
import { hangTimeoutMs } from "../until.ts";
import { mutateBytes } from "./mutate-bytes.ts";
import { Random } from "./random.ts";

// A process of its own, in namespaces of its own: requests that are mutated name other folders, mounts and programs.
// Prints what came of the calls as one line of JSON.
const [folder = "", ...numbers] = process.argv.slice(2);
const [seed = 0, rounds = 0] = numbers.map(Number);
const atOnce = 40;
/** How long a Wait may take that nothing ends, and how long any other call until it counts as hung, in milliseconds. */
const patience = { wait: 50, other: hangTimeoutMs / 2 };

process.env["WRUN_RUNTIME"] = new URL("../shim/task/fake-runtime.sh", import.meta.url).pathname;
const shim = new TaskShim(folder);
const client = shim.connect();
const random = new Random(seed);
native.mkfifoat(-100, `${folder}/fifo`, 0o600);
for (const id of ["a", "b"]) shim.bundle(id, { run: "exec sleep 1000", exec: "exit 3" });

/** Requests with every field of theirs, about one of two containers. */
function seedOf(name: keyof RemoteTask): Uint8Array {
  const id = random.pick(["a", "b"]);
  const full = {
    id,
    execId: random.pick(["", "", "e", "f"]),
    bundle: `${folder}/${id}`,
    rootfs: random.below(8) === 0 ? [{ type: "bind", source: folder, options: ["rbind", "ro"] }] : [],
    stdin: random.pick(["", `${folder}/fifo`]),
    stdout: random.pick(["", `${folder}/fifo`, "/dev/null"]),
    stderr: "",
    terminal: random.below(8) === 0,
    options: random.pick([null, shim.options()] as const),
    spec: shim.execSpec,
    resources: {
      type_url: "types.containerd.io/opencontainers/runtime-spec/1/LinuxResources",
      value: Buffer.from('{"memory":{"limit":1048576}}'),
    },
    annotations: { key: "value" },
    signal: random.pick([0, 9, 15]),
    all: random.below(2) === 0,
    width: 80,
    height: 24,
  };
  return taskRpcs[name].request.encode(full as never).finish();
}

function payloadOf(name: keyof RemoteTask): Uint8Array {
  const kind = random.below(4);
  if (kind === 0) return Uint8Array.from({ length: random.below(64) }, () => random.below(256));
  return kind === 1 ? seedOf(name) : mutateBytes(seedOf(name), random);
}

// Shutdown would be the end of what can be asked.
const names = Object.keys(taskRpcs).filter((name) => name !== "shutdown") as (keyof RemoteTask)[];
const made = new Set<string>();
const outcomes: Record<string, number> = {};
const strange: string[] = [];

async function round(): Promise<void> {
  const name = names[random.below(names.length)] ?? "state";
  const payload = payloadOf(name);
  const method = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  const timeoutMs = name === "wait" ? patience.wait : patience.other;
  const call = client.call({ service: "containerd.task.v3.Task", method, payload }, { timeoutMs });
  const [code, message] = await refusal(call);
  outcomes[code] = (outcomes[code] ?? 0) + 1;
  const hung = code === 4 && name !== "wait";
  if (hung || code < 0 || code === 14 || message.includes("internal error"))
    strange.push(`${name} ${Buffer.from(payload).toString("hex")}: ${code} ${message}`);
  if (name === "create" && code === 0) made.add(containerd.task.v3.CreateTaskRequest.decode(payload).id);
}

async function removeAll(): Promise<void> {
  for (const id of made) {
    await refusal(shim.task.resume({ id }));
    await refusal(shim.task.kill({ id, signal: 9 }));
    await refusal(shim.task.wait({ id }));
    await refusal(shim.task.delete({ id }));
  }
}

const openFiles = (): number => readdirSync("/proc/self/fd").length;
const before = { files: 0, mounts: mounts() };
await shim.live("warm");
await shim.task.delete({ id: "warm" });
before.files = openFiles();
for (let done = 0; done < rounds; done += atOnce)
  await Promise.all(Array.from({ length: atOnce }, () => round()));
await removeAll();
const leftFiles = openFiles() - before.files;
const leftMounts = mounts() - before.mounts;
const lives = await shim.live("last", { run: "exit 5" });
await remoteTask(client, 3).delete({ id: "last" });
const { isEmpty } = shim.service;
console.log(JSON.stringify({ outcomes, strange, leftFiles, leftMounts, lives, isEmpty }));
native.exit(0);

function mounts(): number {
  return readFileSync("/proc/self/mountinfo", "utf8").split("\n").length;
}
