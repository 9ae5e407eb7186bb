import { mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { connect } from "../../../../shim/transport/socket-stream.ts";
import { type RemoteTask, remoteTask } from "../../../../shim/transport/task.ts";
import { TtrpcClient } from "../../../../shim/transport/ttrpc/client.ts";
import { wrun } from "../../../wrun.ts";

/** The shim's executable under the name by which containerd calls it, in a folder of the test's. */
export function shimIn(folder: string): string {
  const path = `${folder}/containerd-shim-wrun-v1`;
  symlinkSync(wrun, path);
  return path;
}

/** What a test says of a `start`. */
export interface StartOptions {
  readonly id?: string;
  readonly config?: object | string;
  readonly stdin?: Uint8Array;
  readonly flags?: readonly string[];
  readonly env?: Record<string, string>;
  /** Makes what `log` is in the bundle. */
  readonly log?: (path: string) => void;
}

/** How a `start` ended: what it printed, and in which bundle. */
export interface Started {
  readonly code: number;
  readonly stdout: Buffer;
  readonly stderr: string;
  readonly bundle: string;
}

/** Calls `start` in a bundle of its own, as containerd does. */
export function start(shim: string, folder: string, options: StartOptions = {}): Started {
  const { id = "none", config = { ociVersion: "1.0.2" }, stdin, flags = [], env = {}, log } = options;
  const bundle = mkdtempSync(`${folder}/bundle-`);
  writeFileSync(`${bundle}/config.json`, typeof config === "string" ? config : JSON.stringify(config));
  log?.(`${bundle}/log`);
  const names = ["-namespace", "wrun-test", "-id", id, "-address", `${folder}/containerd.sock`];
  const words = [shim, ...names, ...flags, "start"];
  const { exitCode, stdout, stderr } = Bun.spawnSync(
    stdin === undefined ? words : piped(stdin, bundle, words),
    {
      cwd: bundle,
      env: { PATH: process.env["PATH"] ?? "", TTRPC_ADDRESS: `${folder}/none`, ...env },
      stdin: "ignore",
    },
  );
  return { code: exitCode, stdout, stderr: stderr.toString(), bundle };
}

// A pipe, as Go makes one; Bun would give a socket.
function piped(stdin: Uint8Array, bundle: string, words: readonly string[]): string[] {
  writeFileSync(`${bundle}/stdin`, stdin);
  return ["sh", "-c", 'cat "$0" | "$@"', `${bundle}/stdin`, ...words];
}

/** Calls a shim that listens at an address. */
export function taskAt(address: string): { readonly task: RemoteTask; readonly client: TtrpcClient } {
  const client = new TtrpcClient(connect(address.replace(/^unix:\/\//, "")));
  return { task: remoteTask(client, 3), client };
}

/** The processes whose command line has a word, with their command lines. */
export function processesWith(word: string): readonly (readonly [number, readonly string[]])[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => [Number(pid), commandOf(pid)] as const)
    .filter(([, words]) => words.includes(word));
}

// A process may end while it is looked at.
function commandOf(pid: string): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").slice(0, -1);
  } catch {
    return [];
  }
}
