import { mkdirSync } from "node:fs";
import { expect, test } from "bun:test";
import { fixture } from "../bundle.ts";
import { run, wrun } from "../wrun.ts";
import { missing, openEnvironment } from "./kernel/environment.ts";
import { buildImage } from "./kernel/images.ts";

// In the environment's mount namespace /etc/containers/containers.conf.d is a folder of this test. The limits that
// such a place needs stand in a drop-in before ours, as an administrator's would.
if (missing === undefined) {
  const environment = await openEnvironment();
  const { folder } = environment;
  const prefix = `${folder}/prefix`;
  mkdirSync(`${folder}/containers/containers.conf.d`, { recursive: true });
  const settings = `${folder}/containers/containers.conf.d/10-test.conf`;
  const prepare =
    'cp -r /etc/containers/. "$1/containers" && sed "/^\\[engine.runtimes\\]/,\\$d" "$1/containers.conf" > "$2" && mount --bind "$1/containers" /etc/containers';
  expect(environment.run(["sh", "-c", prepare, "sh", folder, settings])).toMatchObject({ code: 0 });
  expect(run([wrun, "install", "--prefix", prefix])).toMatchObject({ code: 0 });
  const plain = (...command: string[]) => environment.run(["env", "--unset=CONTAINERS_CONF", ...command]);
  const configure = (...flags: string[]) => plain(`${prefix}/bin/wrun`, "configure", "podman", ...flags);
  const runtimePath = (...flags: string[]) =>
    plain("podman", ...flags, "info", "--format", "{{.Host.OCIRuntime.Path}}").stdout.trim();

  test("podman does not know wrun before", () => {
    expect(plain("podman", "--runtime", "wrun", "info").code).not.toBe(0);
  });

  test("podman runs a wasm image by the name of wrun and of crun-wasm", () => {
    const image = buildImage(environment, {
      name: "configured",
      files: { "/exit7.wasm": { from: fixture("exit7") } },
      entrypoint: ["/exit7.wasm"],
    });
    const before = runtimePath();
    expect(configure()).toMatchObject({ code: 0, stderr: "" });
    expect([runtimePath("--runtime", "wrun"), runtimePath()]).toEqual([`${prefix}/bin/wrun`, before]);
    for (const name of ["wrun", "crun-wasm"])
      expect(plain("podman", "--runtime", name, "run", "--rm", image)).toMatchObject({ code: 7, stderr: "" });
  });

  test("podman takes wrun by itself where it is the default, and with --cgroups=disabled", () => {
    expect(configure("--set-as-default")).toMatchObject({ code: 0 });
    expect(runtimePath()).toBe(`${prefix}/bin/wrun`);
    expect(plain("podman", "run", "--rm", "--cgroups", "disabled", "localhost/configured")).toMatchObject({
      code: 7,
      stderr: "",
    });
  });

  test("podman knows no more of wrun after --remove", () => {
    expect(configure("--remove")).toMatchObject({ code: 0 });
    expect(runtimePath()).not.toContain("wrun");
    expect(plain("podman", "--runtime", "wrun", "info").code).not.toBe(0);
  });
} else {
  test.skip(`podman reads what configure writes: ${missing}`, () => undefined);
}
