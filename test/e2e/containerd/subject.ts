import { afterAll, afterEach } from "bun:test";
import { wrun, type Ended, type RunOptions } from "../../wrun.ts";
import { Containerd } from "./containerd.ts";
import { toolsImages } from "./images.ts";
import { hasShim, lowLevelRuntimes, missing } from "./missing.ts";

/** How a container of a test is run: in which of the images, with what on stdin. */
export interface SubjectRun extends RunOptions {
  readonly image?: "tools" | "nobody";
}

/** The same tools as a native program or as a wasm guest, under one shim. */
export class Subject {
  /** For a test's title. */
  readonly title: string;
  readonly kind: "native" | "wasm";
  /** Whether the shim is wrun's, not the reference. */
  readonly isOurs: boolean;
  readonly containerd: Containerd;
  /** The flags of `ctr run` that name the runtime. */
  readonly runtime: readonly string[];
  readonly #name: string;
  #count = 0;

  constructor(kind: "native" | "wasm", shim: Shim, containerd: Containerd) {
    this.title = `${kind} under ${shim.title}`;
    this.kind = kind;
    this.isOurs = shim.type === wrunShim.type;
    this.containerd = containerd;
    this.runtime = ["--runtime", shim.type, ...shim.flags];
    this.#name = `${kind}-${shim.title.replaceAll(/\W+/g, "-")}`;
  }

  get program(): string {
    return this.kind === "native" ? "/app" : "/app.wasm";
  }

  /** A container id that nobody has yet. */
  newId(): string {
    this.#count++;
    return `${this.#name}-${this.#count}`;
  }

  /** Runs a container to its end; `words` are the tools' verbs, `flags` those of `ctr run`. */
  run(words: readonly string[], flags: readonly string[] = [], options: SubjectRun = {}): Ended {
    const { image, ...rest } = options;
    return this.containerd.run(this.runCommand(this.newId(), words, ["--rm", ...flags], image), rest);
  }

  /** Starts a container and returns its id. */
  start(words: readonly string[], flags: readonly string[] = []): string {
    const id = this.newId();
    const { code, stderr } = this.containerd.run(this.runCommand(id, words, ["--detach", ...flags]));
    if (code !== 0) throw new Error(`${id} did not start: ${stderr}`);
    return id;
  }

  /** The command line that would. */
  runCommand(id: string, words: readonly string[], flags: readonly string[], image = "tools"): string[] {
    const tag = `localhost/${this.kind}-${image}:latest`;
    return this.containerd.ctrCommand(["run", ...this.runtime, ...flags, tag, id, this.program, ...words]);
  }

  /** Ends a container and takes it away. */
  remove(id: string): void {
    remove(this.containerd, id);
  }
}

function remove(containerd: Containerd, id: string): void {
  containerd.ctr("task", "kill", "--signal", "KILL", id);
  containerd.ctr("task", "delete", "--force", id);
  containerd.ok("container", "delete", id);
}

// What a test leaves, since it failed, is not the next one's.
function removeAll(containerd: Containerd): void {
  const ids = containerd
    .ok("container", "ls", "--quiet")
    .split("\n")
    .filter((id) => id !== "");
  for (const id of ids) remove(containerd, id);
}

/** A shim as `ctr` names it, and the low-level runtime below it. */
interface Shim {
  readonly title: string;
  readonly type: string;
  readonly flags: readonly string[];
  readonly lowLevel: "crun" | "runc";
  readonly kinds: readonly ("native" | "wasm")[];
}

const wrunShim = { type: "io.containerd.wrun.v1", flags: [] };

// What native containers do under runc's shim is what they must do under ours.
const shims: readonly Shim[] = [
  { title: "runc's shim", type: "io.containerd.runc.v2", flags: [], lowLevel: "runc", kinds: ["native"] },
  {
    title: "runc's shim with wrun below it",
    type: "io.containerd.runc.v2",
    flags: ["--runc-binary", wrun],
    lowLevel: "crun",
    kinds: ["wasm"],
  },
  { title: "wrun's shim on crun", ...wrunShim, lowLevel: "crun", kinds: ["native", "wasm"] },
  { title: "wrun's shim on runc", ...wrunShim, lowLevel: "runc", kinds: ["native", "wasm"] },
];

/** All subjects, with their containerd running until the test file has ended; none where something is missing. */
export async function openSubjects(): Promise<Subject[]> {
  if (missing !== undefined) return [];
  const here = shims
    .filter((shim) => hasShim || shim.type !== wrunShim.type)
    .filter((shim) => lowLevelRuntimes.includes(shim.lowLevel));
  const lowLevels = [...new Set(here.map((shim) => shim.lowLevel))];
  const containerds = new Map<string, Containerd>();
  for (const lowLevel of lowLevels) containerds.set(lowLevel, await openWithTools(lowLevel));
  return here.flatMap((shim) => {
    const containerd = containerds.get(shim.lowLevel);
    return containerd === undefined ? [] : shim.kinds.map((kind) => new Subject(kind, shim, containerd));
  });
}

async function openWithTools(lowLevel: string): Promise<Containerd> {
  const containerd = await Containerd.open({ lowLevel });
  afterEach(() => removeAll(containerd));
  afterAll(() => containerd.close());
  for (const image of [...toolsImages("native"), ...toolsImages("wasm")]) containerd.import(image);
  return containerd;
}
