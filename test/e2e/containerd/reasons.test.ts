import { afterAll, afterEach, describe, expect, test } from "bun:test";
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { fixture } from "../../bundle.ts";
import { config } from "../kernel/bundle.ts";
import { Containerd } from "./containerd.ts";
import { nativeProgram } from "./images.ts";
import { hasShim, lowLevelRuntimes, missing } from "./missing.ts";

/** Debian's crun as one of 1.28 and later logs. */
const crunOf128 = new URL("../../fakes/crun-1.28.sh", import.meta.url).pathname;
const runtimes = lowLevelRuntimes.flatMap((name): { name: string; path: string }[] => {
  const own = { name, path: Bun.which(name) ?? name };
  return name === "crun" ? [own, { name: "crun as of 1.28", path: crunOf128 }] : [own];
});

const says = ["/app", "echo", "in"];
const bind = { destination: "/data", type: "bind", source: "/nowhere", options: ["rbind"] };

/** What is wrong with a container: what is laid over its process, and over its config.json. */
const broken: Readonly<Record<string, { readonly process?: object; readonly config?: object }>> = {
  "no such program": { process: { args: ["/nowhere"] } },
  "no such program in PATH": { process: { args: ["nowhere"] } },
  "a program that may not be executed": { process: { args: ["/etc/motd"] } },
  "a directory for a program": { process: { args: ["/etc"] } },
  "a working directory that is a file": { process: { cwd: "/etc/motd" } },
  "a group that cannot be": { process: { user: { uid: 0, gid: 0, additionalGids: [4294967295] } } },
  "a mount of what is not there": { config: { mounts: [...config.mounts, bind] } },
};

/** What is wrong with an exec: flags of `ctr task exec`, and the command. */
const brokenExecs: Readonly<Record<string, readonly [readonly string[], readonly string[]]>> = {
  "no such program": [[], ["/nowhere"]],
  "no such program in PATH": [[], ["nowhere"]],
  "a program that may not be executed": [[], ["/etc/motd"]],
  "a directory for a program": [[], ["/etc"]],
  "a working directory that is a file": [["--cwd", "/etc/motd"], says],
  "no such working directory": [["--cwd", "/nowhere"], says],
};

interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

for (const runtime of hasShim && missing === undefined ? runtimes : []) {
  const containerd = await Containerd.open({ lowLevel: runtime.path });
  const shims = {
    reference: ["--runtime", "io.containerd.runc.v2", "--runc-binary", runtime.path],
    ours: ["--runtime", "io.containerd.wrun.v1"],
  };
  const { folder } = containerd.places;
  mkdirSync(`${folder}/rootfs/etc`, { recursive: true });
  writeFileSync(`${folder}/rootfs/etc/motd`, "hello\n", { mode: 0o644 });
  copyFileSync(nativeProgram("toolbox"), `${folder}/rootfs/app`);
  copyFileSync(fixture("toolbox"), `${folder}/rootfs/app.wasm`);
  let count = 0;

  const specOf = (process: object, more: object): string => {
    const file = `${folder}/spec-${++count}.json`;
    const cgroupsPath = `/${containerd.cgroupParent}/${count}`;
    const spec = {
      ...config,
      root: { path: `${folder}/rootfs` },
      process: { ...config.process, args: ["/app", "sleep"], ...process },
      linux: { ...config.linux, cgroupsPath },
      ...more,
    };
    writeFileSync(file, JSON.stringify(spec));
    return file;
  };
  const outcome = (args: readonly string[]): Outcome => {
    const { code, stdout, stderr } = containerd.ctr(...args);
    return { code, stdout, stderr };
  };

  describe(`what cannot be started on ${runtime.name}`, () => {
    const started: string[] = [];
    afterEach(() => {
      for (const id of started.splice(0)) {
        containerd.ctr("task", "delete", "--force", id);
        containerd.ctr("container", "delete", id);
      }
    });
    afterAll(() => containerd.close());

    for (const [what, { process = {}, config: more = {} }] of Object.entries(broken))
      test(`${what}: containerd's client prints the reason as under runc's shim, once`, () => {
        const run = (shim: readonly string[], id: string): Outcome =>
          outcome(["run", "--rm", ...shim, "--config", specOf({ args: says, ...process }, more), id]);
        const reference = run(shims.reference, `reference-${count}`);
        expect(reference).toMatchObject({ code: 1, stdout: "" });
        expect(reference.stderr).toMatch(
          /^ctr: failed to create shim task: OCI runtime create failed: .*\n$/,
        );
        expect(run(shims.ours, `ours-${count}`)).toEqual(reference);
        if ("args" in process) return;
        const wasm = { args: ["/app.wasm", "echo", "in"], ...process };
        const args = ["run", "--rm", ...shims.ours, "--config", specOf(wasm, more), `wasm-${count}`];
        expect(outcome(args)).toEqual(reference);
      });

    for (const [what, [flags, command]] of Object.entries(brokenExecs))
      test(`an exec with ${what}: containerd's client prints the reason as under runc's shim, once`, () => {
        const exec = (shim: readonly string[], id: string): Outcome => {
          containerd.ok("run", "--detach", ...shim, "--config", specOf({}, {}), id);
          started.push(id);
          return outcome(["task", "exec", "--exec-id", "e", ...flags, id, ...command]);
        };
        const reference = exec(shims.reference, `reference-${count}`);
        expect(reference).toMatchObject({ code: 1, stdout: "" });
        expect(reference.stderr).toMatch(/^ctr: OCI runtime exec failed: .*\n$/);
        expect(exec(shims.ours, `ours-${count}`)).toEqual(reference);
      });
  });
}
