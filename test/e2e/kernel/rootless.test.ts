import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { afterAll, describe, expect, test } from "bun:test";
import { fixture, hasFixture } from "../../bundle.ts";
import type { Ended } from "../../wrun.ts";
import { type Environment, lowLevelRuntimes, makeEnvironment, missing } from "./environment.ts";
import { buildImage, nativeHello } from "./images.ts";

const lacking = ["newuidmap", "newgidmap"].filter((name) => Bun.which(name) === null);
const skipped =
  missing ??
  (hasFixture("toolbox") ? undefined : "no toolchain for guests in C") ??
  (lacking.length > 0 ? "install Debian's uidmap" : undefined) ??
  (existsSync("/etc/subuid") && existsSync("/etc/subgid") ? undefined : "there is no /etc/subuid here");

const user = { name: "tester", id: 5555, firstSubordinate: 300_000 } as const;

if (skipped !== undefined) console.log(`rootless Podman is not tested: ${skipped}`);

// Podman as a user of its own, who exists in the environment's mount namespace only.
if (skipped === undefined) {
  const environment = await makeEnvironment();
  const home = makeUser(environment);
  const image = buildImage(environment, {
    name: "rootless",
    files: { "/toolbox.wasm": { from: fixture("toolbox") }, "/hello": { from: nativeHello(environment) } },
    entrypoint: ["/toolbox.wasm"],
  });
  const archive = `${environment.folder}/image.tar`;
  environment.run(["podman", "save", "--output", archive, image]);
  chmodSync(archive, 0o644);

  const asUser = (words: readonly string[]): Ended => {
    const ids = ["--reuid", `${user.id}`, "--regid", `${user.id}`, "--clear-groups"];
    const env = { ...settings(home), PATH: process.env["PATH"] ?? "" };
    return environment.run(["setpriv", ...ids, "--", ...words], { cwd: home, env });
  };
  afterAll(() => {
    asUser(["podman", "rm", "--all", "--force", "--time", "0"]);
    asUser(["podman", "unshare", "rm", "-rf", `${home}/.local`]);
    // It ends the process that holds the user's namespaces.
    asUser(["podman", "system", "migrate"]);
    environment.close();
  });

  test("Podman takes an image as a user", () => {
    expect(asUser(["podman", "load", "--quiet", "--input", archive]).code).toBe(0);
  });

  for (const runtime of lowLevelRuntimes) {
    const once = (...args: string[]) =>
      asUser(["podman", "--runtime", `wrun-${runtime}`, "run", "--rm", ...args]);

    describe(`rootless podman on wrun on ${runtime}`, () => {
      test("runs a native image", () => {
        const ended = once("--entrypoint", "/hello", image);
        expect(ended).toMatchObject({ code: 7, stdout: "hello from native\n" });
      });

      test("runs a guest as root of its namespace, who may write, and as another, who may not", () => {
        const write = ["write", "/x", "1"];
        expect(once(image, ...write)).toMatchObject({ code: 0, stdout: "wrote /x\n", stderr: "" });
        expect(once("--user", "1000", image, ...write).stdout).toBe("/x: Permission denied\n");
        expect(once("--userns", "keep-id", image, "echo", "kept").stdout).toBe("kept\n");
      });

      test("leaves the config.json of the user's as Podman wrote it", () => {
        const name = `trapped-${runtime}`;
        const run = ["podman", "--runtime", `wrun-${runtime}`, "run", "--name", name, "--user", "1000"];
        expect(asUser([...run, image, "abort"]).code).toBe(134);
        const config = asUser(["podman", "inspect", name, "--format", "{{.OCIConfigPath}}"]).stdout.trim();
        const { process } = JSON.parse(readFileSync(config, "utf8")) as {
          readonly process: { readonly args: readonly string[] };
        };
        expect(process.args).toEqual(["/toolbox.wasm", "abort"]);
      });
    });
  }
}

function makeUser(environment: Environment): string {
  const { folder } = environment;
  const home = `${folder}/home`;
  chmodSync(folder, 0o755);
  for (const path of [home, `${home}/run`, `${home}/tmp`]) mkdirSync(path, { mode: 0o700 });
  const containers = readFileSync(`${folder}/containers.conf`, "utf8");
  writeFileSync(`${home}/containers.conf`, containers.replace(/^(volume_path|tmp_dir).*\n/gm, ""));
  writeFileSync(`${home}/storage.conf`, '[storage]\ndriver = "overlay"\n');
  const subordinate = `${user.name}:${user.firstSubordinate}:65536\n`;
  const files = {
    subuid: subordinate,
    subgid: subordinate,
    passwd: `${readFileSync("/etc/passwd", "utf8")}${user.name}:x:${user.id}:${user.id}::${home}:/bin/sh\n`,
    group: `${readFileSync("/etc/group", "utf8")}${user.name}:x:${user.id}:\n`,
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(`${folder}/${name}`, text);
  const mounts = Object.keys(files).map((name) => `mount --bind "$1/${name}" /etc/${name}`);
  const script = ["set -e", ...mounts, "chmod 1777 /dev/shm", `chown -R ${user.id}:${user.id} "$1/home"`];
  const made = environment.run(["sh", "-c", script.join("\n"), "sh", folder]);
  if (made.code !== 0) throw new Error(made.stderr);
  return home;
}

function settings(home: string): Record<string, string> {
  return {
    HOME: home,
    XDG_RUNTIME_DIR: `${home}/run`,
    TMPDIR: `${home}/tmp`,
    CONTAINERS_CONF: `${home}/containers.conf`,
    CONTAINERS_STORAGE_CONF: `${home}/storage.conf`,
  };
}
