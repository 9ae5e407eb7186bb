import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { until } from "../containers.ts";
import { type Ended, run, type RunOptions } from "../../wrun.ts";
import { imageArchive, type ImageSource } from "./oci-image.ts";
import { Namespaces } from "./namespaces.ts";
import { layOut, type Places } from "./settings.ts";
import { removeCgroups } from "./traces.ts";

/** What containerd starts with besides its settings. */
export interface ContainerdOptions {
  /** The low-level runtime that wrun's shim is to use. */
  readonly lowLevel?: string;
  /** The containerd namespace that `ctr` works in: one of its own, if not named. */
  readonly namespace?: string;
  /** The name of a socket in its folder at which a monitor is told of everything. */
  readonly events?: string;
}

/** A process that runs inside while the test goes on. */
export type Running = Bun.Subprocess<"pipe", "pipe", "pipe">;

/** A containerd of a test's own, on its own root, state and socket, in namespaces of its own. */
export class Containerd {
  readonly places: Places;
  readonly namespaces: Namespaces;
  readonly namespace: string;
  /** The parent of the cgroups, unlike any other's. `ctr` makes it of the namespace. */
  readonly cgroupParent: string;
  readonly #env: Record<string, string>;

  private constructor(namespaces: Namespaces, options: ContainerdOptions) {
    const folder = mkdtempSync(join(tmpdir(), "wrun-containerd-"));
    this.places = layOut(folder);
    this.namespaces = namespaces;
    this.cgroupParent = `wrun-${namespaces.pid}`;
    this.namespace = options.namespace ?? this.cgroupParent;
    this.#env = {
      PATH: this.places.path,
      // ctr 2.x warns of cgroup v1, among others, before whatever it was asked for.
      CONTAINERD_SUPPRESS_DEPRECATION_WARNINGS: "true",
      ...(process.env["WRUN_SHIM_PROTOCOL"] === undefined
        ? {}
        : { WRUN_SHIM_PROTOCOL: process.env["WRUN_SHIM_PROTOCOL"] }),
      ...(options.lowLevel === undefined ? {} : { WRUN_RUNTIME: options.lowLevel }),
      ...(options.events === undefined ? {} : { WRUN_EVENTS: `unix://${folder}/${options.events}` }),
    };
  }

  static async open(options: ContainerdOptions = {}): Promise<Containerd> {
    const containerd = new Containerd(await Namespaces.open(), options);
    await containerd.start();
    return containerd;
  }

  /** Starts containerd, for the first time or again, and returns when it serves. */
  async start(): Promise<void> {
    const { config, log, folder } = this.places;
    const script = 'echo $$ >"$0"; exec containerd --config "$1" >>"$2" 2>&1';
    const command = ["sh", "-c", script, `${folder}/pid`, config, log];
    Bun.spawn(this.#inside(command), { stdio: ["ignore", "ignore", "ignore"], env: this.#env });
    await until("containerd serves", () => this.ctr("version").code === 0);
  }

  /** Ends containerd, and returns when it is gone. Its shims stay. */
  async stop(signal: "TERM" | "KILL"): Promise<void> {
    const pid = readFileSync(`${this.places.folder}/pid`, "utf8").trim();
    this.run(["kill", `-${signal}`, pid]);
    await until("containerd is gone", () => !existsSync(this.namespaces.path(`/proc/${pid}`)));
  }

  /** Runs a command inside to its end. */
  run(command: readonly string[], options: RunOptions = {}): Ended {
    const { cwd, ...rest } = options;
    return run(this.#inside(command, cwd), { ...rest, env: { ...this.#env, ...options.env } });
  }

  /** Starts a command inside; it ends with its handle, too. */
  spawn(command: readonly string[]): Running {
    const mortal = ["setpriv", "--pdeathsig", "KILL", ...command];
    return Bun.spawn(this.#inside(mortal), { stdio: ["pipe", "pipe", "pipe"], env: this.#env });
  }

  /** `ctr` with some arguments, to its end. */
  ctr(...args: readonly string[]): Ended {
    return this.run(this.ctrCommand(args));
  }

  /** `ctr` with some arguments that must succeed; what it printed. */
  ok(...args: readonly string[]): string {
    const { code, stdout, stderr } = this.ctr(...args);
    if (code !== 0) throw new Error(`ctr ${args.join(" ")}: ${code} ${stdout}${stderr}`);
    return stdout;
  }

  ctrCommand(args: readonly string[]): string[] {
    return ["ctr", "--address", this.places.socket, "--namespace", this.namespace, ...args];
  }

  /** Makes an image known; `flags` are those of `ctr image import`. */
  import(image: ImageSource, ...flags: readonly string[]): void {
    const archive = `${this.places.folder}/image.tar`;
    writeFileSync(archive, imageArchive(image));
    this.ok("image", "import", ...flags, archive);
    rmSync(archive);
  }

  /** Ends everything inside, and removes all of it. */
  async close(): Promise<void> {
    await this.namespaces.close();
    await removeCgroups(this.cgroupParent);
    rmSync(this.places.folder, { recursive: true, force: true });
  }

  #inside(command: readonly string[], cwd = this.places.folder): string[] {
    return this.namespaces.command(command, cwd);
  }
}
