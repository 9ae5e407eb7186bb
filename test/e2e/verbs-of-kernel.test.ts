import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { expect, test } from "bun:test";
import { writeBundle } from "../bundle.ts";
import { run, temporaryDirectory, wrun } from "../wrun.ts";
import { Containers } from "./containers.ts";

const folder = temporaryDirectory();
const containers = new Containers(`${folder}/state`);
const bundle = writeBundle(`${folder}/bundle`, { guest: "hello" });
const runtimesOwn = "exec ps pause resume update events checkpoint restore mounts features".split(" ");

test("a verb that the embedded sandbox lacks is named, with what to do, for a container of its own and for none", () => {
  containers.ok("create", "--bundle", bundle, "web");
  for (const verb of runtimesOwn) {
    const ended = containers.run([verb, "web"]);
    expect(ended).toMatchObject({ code: 1, stdout: "" });
    expect(ended.stderr).toStartWith(
      `wrun: ${verb}: container "web" is in the embedded sandbox, which has no ${verb}: `,
    );
    expect(containers.run([verb]).stderr).toStartWith(`wrun: ${verb}: the embedded sandbox has no ${verb}: `);
  }
  containers.ok("delete", "--force", "web");
});

test("flags of a few words are checked before anything is made", () => {
  // Before the module is looked at, which is not there.
  for (const flag of ["--format=zip", "--compression=lzma"]) {
    const ended = run([wrun, "image", "pack", "--output", `${folder}/image.tar`, flag, "/none.wasm"]);
    expect(ended).toMatchObject({ code: 1, stdout: "" });
    expect(ended.stderr).toMatch(/^wrun: --(format|compression): "\w+" is not one of .*\n$/);
  }
  const wrong: readonly (readonly string[])[] = [
    [],
    ["a", "b"],
    ["--rm", "a"],
    ["--bundle"],
    ["a/b"],
    ["--preserve-fds", "x", "a"],
    ["--console-socket", "/s", "a"],
    ["--log-format", "xml", "a"],
    ["--bundle", `${folder}/none`, "a"],
    ["--bundle", `${bundle}/config.json`, "a"],
    ["--config", "none.json", "a"],
  ];
  for (const verb of ["create", "run"])
    for (const words of wrong) {
      const place = new Containers(`${folder}/unmade`);
      const ended = place.run([verb, "--bundle", bundle, ...words]);
      expect([words, ended.code, existsSync(place.root)]).toEqual([words, 1, false]);
      expect(ended.stderr).toMatch(/^wrun: .*\n$/);
    }
});

const asRoot = test.skipIf(process.getuid?.() !== 0 || Bun.which("setpriv") === null);

asRoot("an ordinary user gets the same answers, of the sandbox that has a container", () => {
  const place = `${folder}/user`;
  const own = writeBundle(`${place}/bundle`, {
    guest: "hello",
    process: { user: { uid: 65534, gid: 65534 } },
  });
  mkdirSync(`${place}/run/crun/of-crun`, { recursive: true });
  writeFileSync(`${place}/run/crun/of-crun/status`, "{}");
  writeFileSync(`${place}/crun`, '#!/bin/sh\necho "crun $*"\n', { mode: 0o755 });
  run(["chown", "-R", "65534:65534", place]);
  chmodSync(folder, 0o755);
  const as = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"];
  const env = { PATH: `${place}:${process.env["PATH"] ?? ""}`, XDG_RUNTIME_DIR: `${place}/run` };
  const user = (...args: string[]) => run([...as, wrun, ...args], { env });
  const silently = ["sh", "-c", 'exec "$@" </dev/null >/dev/null 2>&1', "sh"];
  expect(run([...as, ...silently, wrun, "create", "--bundle", own, "web"], { env }).code).toBe(0);
  for (const verb of runtimesOwn.filter((name) => name !== "features"))
    expect(user(verb, "web").stderr).toStartWith(
      `wrun: ${verb}: container "web" is in the embedded sandbox, which has no ${verb}: `,
    );
  for (const words of ["ps of-crun", "pause of-crun", "state of-crun", "kill of-crun 15", "ps --help"])
    expect(user(...words.split(" "))).toMatchObject({ code: 0, stdout: `crun ${words}\n`, stderr: "" });
  expect(user("state", "of-none").stderr).toBe('wrun: container "of-none" does not exist\n');
  expect(user("list", "-q").stdout).toBe("crun list -q\nweb\n");
  expect(user("--sandbox", "embedded", "list", "-q").stdout).toBe("web\n");
  expect(user("delete", "--force", "web")).toMatchObject({ code: 0, stderr: "" });
});
