import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { spawn } from "node:child_process";
import { describe, expect, test } from "bun:test";
import { fixture, hasFixture } from "../../bundle.ts";
import { type Ended, wrun } from "../../wrun.ts";
import { config, kernelBundle } from "./bundle.ts";
import { lowLevelRuntimes, missing, openEnvironment } from "./environment.ts";

const skipped = missing ?? (hasFixture("toolbox") ? undefined : "no toolchain for guests in C");
/** How often a verb is killed at some moment of its life. */
const kills = 30;

// What a bundle says of itself counts for nothing, and a bundle stays as its owner wrote it.
if (skipped === undefined) {
  const environment = await openEnvironment();

  for (const runtime of lowLevelRuntimes) {
    const call = (...args: string[]): Ended => environment.run([wrun, "--runtime-path", runtime, ...args]);
    const idOf = (name: string): string => `trust-${name}-${runtime}-${process.pid}`;
    const guest = (name: string, ...args: string[]): string =>
      kernelBundle(`${environment.folder}/${name}-${runtime}`, ["/toolbox.wasm", ...args], {
        "/toolbox.wasm": fixture("toolbox"),
      });
    const textOf = (bundle: string): string => readFileSync(`${bundle}/config.json`, "utf8");

    describe(`a bundle on ${runtime}`, () => {
      for (const kind of ["a file", "a link to a file", "a FIFO", "nothing"] as const)
        test(`that only looks edited, its last mount ${kind} of the host's, has no effect on the host`, () => {
          const name = `forged-${kind.replaceAll(" ", "-")}`;
          const bundle = forged(`${environment.folder}/${name}-${runtime}`, kind);
          const seen = (): unknown => look(`${bundle}/host`);
          const before = seen();
          for (const verb of ["create", "run", "plan"]) {
            const ended = call(verb, "--bundle", bundle, ...(verb === "plan" ? [] : [idOf(name)]));
            environment.run([runtime, "delete", "--force", idOf(name)]);
            expect(ended.signal).toBeNull();
            expect(seen()).toEqual(before);
          }
        });

      test("runs in either sandbox, again and again, and its plan stays the same", () => {
        const bundle = guest("either", "echo", "up");
        const before = textOf(bundle);
        const plan = call("plan", "--bundle", bundle);
        expect(plan).toMatchObject({ code: 0 });
        for (const sandbox of ["kernel", "embedded", "kernel", "embedded"]) {
          const ended = call("--sandbox", sandbox, "run", "--bundle", bundle, idOf(`either-${sandbox}`));
          expect(ended).toMatchObject({ code: 0, stdout: "up\n" });
          expect(textOf(bundle)).toBe(before);
        }
        expect(call("plan", "--bundle", bundle).stdout).toBe(plan.stdout);
      });

      test("keeps its config.json whenever a verb is killed", async () => {
        const bundle = guest("killed", "echo", "up");
        const before = textOf(bundle);
        for (let i = 0; i < kills; i++) {
          const command = environment.command([
            wrun,
            "--runtime-path",
            runtime,
            "run",
            "--bundle",
            bundle,
            idOf(`killed-${i}`),
          ]);
          const child = spawn(command[0] ?? "", command.slice(1), { stdio: "ignore", env: environment.env });
          const exited = new Promise((resolve) => child.on("exit", resolve));
          // Each a little later in its life than the one before, whatever the machine's speed: the turn of an event loop.
          for (let turns = 0; turns < i * 40; turns++) await new Promise((resolve) => setImmediate(resolve));
          child.kill("SIGKILL");
          await exited;
          expect(textOf(bundle)).toBe(before);
        }
        for (let i = 0; i < kills; i++) environment.run([runtime, "delete", "--force", idOf(`killed-${i}`)]);
        expect(call("run", "--bundle", bundle, idOf("killed-after"))).toMatchObject({
          code: 0,
          stdout: "up\n",
        });
        expect(
          readdirSync(bundle)
            .filter((name) => name !== ".wrun")
            .toSorted(),
        ).toEqual(["config.json", "rootfs"]);
      });

      test("may have its config.json under another name, in the working directory or in the bundle", () => {
        const bundle = guest("named", "echo", "up");
        environment.run(["mv", `${bundle}/config.json`, `${bundle}/other.json`]);
        environment.run(["cp", `${bundle}/other.json`, `${environment.folder}/here-${runtime}.json`]);
        for (const name of ["other.json", `here-${runtime}.json`, `${bundle}/other.json`])
          expect(call("run", "--config", name, "--bundle", bundle, idOf("named"))).toMatchObject({
            code: 0,
            stdout: "up\n",
          });
      });

      test("whose folder for the edited config.json is a link, or open to others, is refused where it would be used", () => {
        const outside = `${environment.folder}/outside-${runtime}`;
        mkdirSync(outside);
        const [linked, open] = [guest("linked", "echo", "up"), guest("open", "echo", "up")];
        symlinkSync(outside, `${linked}/.wrun`);
        mkdirSync(`${open}/.wrun`);
        chmodSync(`${open}/.wrun`, 0o777);
        for (const bundle of [linked, open]) {
          const ended = call("run", "--bundle", bundle, idOf("linked"));
          if (runtime === "crun") expect(ended).toMatchObject({ code: 0, stdout: "up\n" });
          else
            expect(ended).toMatchObject({
              code: 1,
              stdout: "",
              stderr: expect.stringContaining(`${bundle}/.wrun is not a directory`),
            });
        }
        expect(readdirSync(outside)).toEqual([]);
      });
    });
  }

  function forged(bundle: string, kind: "a file" | "a link to a file" | "a FIFO" | "nothing"): string {
    kernelBundle(bundle, [], { "/toolbox.wasm": fixture("toolbox") });
    const host = `${bundle}/host`;
    mkdirSync(host);
    mkdirSync(`${bundle}/engine`);
    for (const name of ["launch", "ld.so", "status"]) writeFileSync(`${bundle}/engine/${name}`, "x");
    const source = `${host}/source`;
    if (kind === "a file") writeFileSync(source, "secret", { mode: 0o600 });
    if (kind === "a link to a file") {
      writeFileSync(`${host}/target`, "secret", { mode: 0o600 });
      symlinkSync(`${host}/target`, source);
    }
    if (kind === "a FIFO") environment.run(["mkfifo", source]);
    const bind = { type: "bind", options: ["bind", "ro"] };
    const edited = {
      ...config,
      process: {
        ...config.process,
        user: { uid: 1000, gid: 1000 },
        args: ["/dev/.wrun/launch", "/dev/.wrun/ld.so"],
      },
      mounts: [
        ...config.mounts,
        { ...bind, destination: "/dev/.wrun", source: `${bundle}/engine` },
        { ...bind, destination: "/dev/.wrun/status", source },
      ],
    };
    writeFileSync(`${bundle}/config.json`, JSON.stringify(edited));
    return bundle;
  }
}

function look(folder: string): unknown {
  return readdirSync(folder).map((name) => {
    const { ino, mode, uid, gid, size, mtimeMs } = statSync(`${folder}/${name}`);
    return { name, ino, mode, uid, gid, size, mtimeMs };
  });
}
