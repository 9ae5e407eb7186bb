import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "bun:test";
import { type Ended, run, temporaryDirectory, wrun } from "../wrun.ts";

const engines = [
  ["podman", "/etc/containers/containers.conf.d/50-wrun.conf"],
  ["crio", "/etc/crio/crio.conf.d/50-wrun.conf"],
  ["docker", "/etc/docker/daemon.json"],
  ["containerd", "/etc/containerd/config.toml"],
] as const;

/** A host's root directory with wrun and crun installed in it, as far as can be seen. */
function fakeHost(): string {
  const root = temporaryDirectory();
  for (const path of ["/usr/local/bin/wrun", "/usr/local/lib/wrun/ld.so", "/usr/bin/crun"]) {
    mkdirSync(`${root}${path.slice(0, path.lastIndexOf("/"))}`, { recursive: true });
    writeFileSync(`${root}${path}`, "");
  }
  return root;
}

const configure = (root: string, ...args: string[]): Ended =>
  run([wrun, "configure", "--host-root", root, ...args]);

describe.each(engines)("configure %s", (engine, path) => {
  test("writes one file, tells it, and does not write it twice", () => {
    const root = fakeHost();
    const first = configure(root, engine);
    expect(first).toMatchObject({ code: 0, stderr: "" });
    expect(first.stdout).toStartWith(`write  ${path}\nreload: `);
    const text = readFileSync(`${root}${path}`, "utf8");
    expect(text).toContain(engine === "containerd" ? '"io.containerd.wrun.v1"' : "/usr/local/bin/wrun");
    expect(configure(root, engine).stdout).toStartWith(`keep   ${path}`);
    expect(readFileSync(`${root}${path}`, "utf8")).toBe(text);
  });

  test("--dry-run prints that file and writes nothing", () => {
    const root = fakeHost();
    const dry = configure(root, engine, "--dry-run", "--set-as-default");
    expect(dry.code).toBe(0);
    expect(existsSync(`${root}/etc`)).toBe(false);
    configure(root, engine, "--set-as-default");
    expect(dry.stdout).toBe(readFileSync(`${root}${path}`, "utf8"));
  });

  test("--remove takes it away, without wrun's being there any more", () => {
    const root = fakeHost();
    configure(root, engine);
    run(["rm", "-r", `${root}/usr`]);
    expect(configure(root, engine, "--remove")).toMatchObject({ code: 0, stderr: "" });
    expect(existsSync(`${root}${path}`)).toBe(false);
    expect(configure(root, engine, "--remove")).toMatchObject({
      code: 0,
      stdout: "nothing of wrun's is there\n",
    });
  });
});

test("configure says what is missing", () => {
  const root = fakeHost();
  run(["rm", `${root}/usr/bin/crun`]);
  expect(configure(root, "podman").stderr).toContain("wrun needs crun or runc");
  expect(configure(root, "monitor", "--dry-run")).toMatchObject({ code: 0 });
  run(["rm", `${root}/usr/local/bin/wrun`]);
  expect(configure(root, "podman")).toMatchObject({
    code: 1,
    stderr: "wrun: wrun is not installed in /usr/local: run 'wrun install' first, or name its --prefix\n",
  });
  expect(configure(root, "lxc").stderr).toContain("podman|crio|docker|containerd|monitor");
  expect(existsSync(`${root}/etc`)).toBe(false);
});

test("configure as a user says that it must be root, and writes a user's own file for podman", () => {
  const home = temporaryDirectory();
  const prefix = temporaryDirectory();
  run([wrun, "install", "--prefix", prefix]);
  const asUser =
    process.getuid?.() === 0 ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] : [];
  run(["chmod", "-R", "a+rwX", home]);
  run(["chmod", "a+rx", prefix]);
  const call = (engine: string): Ended =>
    run([...asUser, `${prefix}/bin/wrun`, "configure", engine], { env: { HOME: home } });
  for (const engine of ["crio", "monitor"])
    expect(call(engine)).toMatchObject({ code: 1, stderr: expect.stringContaining("run it as root") });
  const ended = call("podman");
  expect(ended).toMatchObject({ code: 0, stderr: "" });
  const file = `${home}/.config/containers/containers.conf.d/50-wrun.conf`;
  expect(readFileSync(file, "utf8")).toContain(`wrun = ["${prefix}/bin/wrun"]`);
});

describe.skipIf(Bun.which("containerd") === null)("containerd itself", () => {
  const dump = (root: string): string => {
    const ended = run(["containerd", "--config", `${root}/etc/containerd/config.toml`, "config", "dump"]);
    expect(ended.code).toBe(0);
    return ended.stdout;
  };

  test("finds wrun, and all that was there before, in the file made of its own default", () => {
    const root = fakeHost();
    mkdirSync(`${root}/etc/containerd`, { recursive: true });
    const file = `${root}/etc/containerd/config.toml`;
    writeFileSync(file, run(["containerd", "config", "default"]).stdout);
    const before = dump(root);
    expect(configure(root, "containerd").code).toBe(0);
    const kept = dump(root).split("\n");
    expect(before.split("\n").filter((line) => !kept.includes(line))).toEqual([]);
    expect(kept.join("\n")).toContain('runtime_type = "io.containerd.wrun.v1"');
    configure(root, "containerd", "--remove");
    expect(dump(root)).toBe(before);
  });

  test("finds wrun as its default beside runc in the file made from nothing", () => {
    const root = fakeHost();
    expect(configure(root, "containerd", "--set-as-default").code).toBe(0);
    const dumped = dump(root);
    for (const wanted of ["runtimes.wrun]", "runtimes.runc]", 'default_runtime_name = "wrun"'])
      expect(dumped).toContain(wanted);
  });
});

test("a daemon.json that is a link stays one, and is named", () => {
  const root = fakeHost();
  mkdirSync(`${root}/etc/docker`, { recursive: true });
  writeFileSync(`${root}/real.json`, "{}\n");
  symlinkSync("/real.json", `${root}/etc/docker/daemon.json`);
  expect(configure(root, "docker")).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("/etc/docker/daemon.json is a link"),
  });
  expect(readFileSync(`${root}/real.json`, "utf8")).toBe("{}\n");
});
