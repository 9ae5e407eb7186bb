import { describe, expect, test } from "bun:test";
import { crio } from "../../../shim/configure/crio.ts";
import { docker } from "../../../shim/configure/docker.ts";
import type { Engine } from "../../../shim/configure/engine.ts";
import { monitor } from "../../../shim/configure/monitor.ts";
import { podman } from "../../../shim/configure/podman.ts";
import { after, request } from "./fake-view.ts";

const conf = "/etc/containers/containers.conf.d/50-wrun.conf";
const crioConf = "/etc/crio/crio.conf.d/50-wrun.conf";
const daemon = "/etc/docker/daemon.json";

const textOf = (engine: Engine, asked: Parameters<Engine["configure"]>[0]): string =>
  engine.configure(asked)[0]?.text ?? "";

describe("podman", () => {
  test("gets wrun by name and by platform, and keeps its own runtimes in the lists", () => {
    const { engine } = Bun.TOML.parse(textOf(podman, request({}))) as { engine: Record<string, unknown> };
    expect(engine).toMatchObject({
      runtimes: { wrun: ["/usr/local/bin/wrun"], "crun-wasm": ["/usr/local/bin/crun-wasm"] },
      runtime_supports_json: expect.arrayContaining(["crun", "runc", "wrun"]),
      runtime_supports_nocgroup: expect.arrayContaining(["crun", "wrun"]),
      platform_to_oci_runtime: { "wasi/wasm": "wrun", "wasip2/wasm": "wrun" },
    });
    expect(engine).not.toHaveProperty("runtime");
  });

  test("is told of no support that runc lacks, and of the default only where that is asked for", () => {
    const text = textOf(podman, request({}, { lowLevelRuntime: "runc", setAsDefault: true }));
    const { engine } = Bun.TOML.parse(text) as { engine: Record<string, unknown> };
    expect(engine).not.toHaveProperty("runtime_supports_nocgroup");
    expect(engine).toMatchObject({ runtime: "wrun" });
  });

  test("gets the file of a user in the user's own folder", () => {
    const [change] = podman.configure(request({}, { userConfig: "/home/u/.config" }));
    expect(change?.path).toBe("/home/u/.config/containers/containers.conf.d/50-wrun.conf");
  });
});

test("crio gets one handler, whose state is the low-level runtime's", () => {
  const parsed: unknown = Bun.TOML.parse(
    textOf(crio, request({}, { lowLevelRuntime: "runc", setAsDefault: true })),
  );
  const wrun = { runtime_path: "/usr/local/bin/wrun", runtime_type: "oci", runtime_root: "/run/runc" };
  expect(parsed).toEqual({ crio: { runtime: { default_runtime: "wrun", runtimes: { wrun } } } });
});

describe.each([
  ["podman", podman, conf],
  ["crio", crio, crioConf],
] as const)("the drop-in of %s", (_, engine, path) => {
  test("is replaced where it is ours, taken away whole, and never written over another's", () => {
    const files = after({}, engine.configure(request({})));
    expect(Object.keys(files)).toEqual([path]);
    expect(after(files, engine.configure(request(files)))).toEqual(files);
    expect(after(files, engine.configure(request(files, { setAsDefault: true })))).not.toEqual(files);
    expect(after(files, engine.remove(request(files)))).toEqual({});
    expect(() => engine.configure(request({ [path]: "[engine]\n" }))).toThrow(/was not written by wrun/);
    expect(engine.remove(request({ [path]: "[engine]\n" }))).toEqual([]);
  });

  test("quotes a prefix as TOML does", () => {
    const text = textOf(engine, request({}, { prefix: '/opt/a "b"\\c' }));
    expect(JSON.stringify(Bun.TOML.parse(text))).toContain(JSON.stringify('/opt/a "b"\\c/bin/wrun'));
  });
});

describe("docker's daemon.json", () => {
  const theirs =
    '{\n    "log-driver": "journald",\n    "runtimes": {\n        "nvidia": { "path": "nvidia-container-runtime" }\n    }\n}\n';

  test("is made where there is none, and taken away again", () => {
    const files = after({}, docker.configure(request({})));
    expect(JSON.parse(files[daemon] ?? "")).toEqual({ runtimes: { wrun: { path: "/usr/local/bin/wrun" } } });
    expect(after(files, docker.remove(request(files)))).toEqual({});
  });

  test("gets wrun and the default, and is byte for byte what it was after their removal", () => {
    const files = after(
      { [daemon]: theirs },
      docker.configure(request({ [daemon]: theirs }, { setAsDefault: true })),
    );
    expect(JSON.parse(files[daemon] ?? "")).toEqual({
      "log-driver": "journald",
      runtimes: { nvidia: { path: "nvidia-container-runtime" }, wrun: { path: "/usr/local/bin/wrun" } },
      "default-runtime": "wrun",
    });
    expect(after(files, docker.configure(request(files, { setAsDefault: true })))).toEqual(files);
    expect(after(files, docker.remove(request(files)))).toEqual({ [daemon]: theirs });
  });

  test("loses the default where it is configured without", () => {
    const files = after({}, docker.configure(request({}, { setAsDefault: true })));
    expect(after(files, docker.configure(request(files)))).toEqual(after({}, docker.configure(request({}))));
  });

  test("is not touched where nothing of ours is in it", () => {
    expect(docker.remove(request({ [daemon]: theirs }))).toEqual([]);
    expect(docker.remove(request({}))).toEqual([]);
    expect(docker.remove(request({ [daemon]: '{"runtimes":{}}' }))).toEqual([]);
  });

  test("is refused where it is broken, no object, or has another default", () => {
    const refusals: readonly (readonly [string, RegExp])[] = [
      ['{"a": 1,}', /is not JSON/],
      ["[]", /is not a JSON object/],
      ['{"runtimes": []}', /"runtimes" that are no object/],
      ['{"default-runtime": "nvidia"}', /"default-runtime": "nvidia"/],
    ];
    for (const [text, message] of refusals)
      expect(() => docker.configure(request({ [daemon]: text }, { setAsDefault: true }))).toThrow(message);
  });
});

describe("the monitor", () => {
  const config = "/etc/wrun/config.toml";
  const units = ["service", "socket"].map((kind) => `/etc/systemd/system/wrun-monitor.${kind}`);
  const setting = `events = "unix:///run/wrun/events.sock" # by 'wrun configure monitor'\n`;

  test("gets two units and the setting, and is taken away whole", () => {
    const files = after({}, monitor.configure(request({}, { prefix: "/opt/50% $x" })));
    expect(Object.keys(files).toSorted()).toEqual([...units, config]);
    expect(files[units[0] ?? ""]).toContain('\nExecStart="/opt/50%% $$x/bin/wrun" monitor ');
    expect(files[config]).toBe(setting);
    expect(after(files, monitor.remove(request(files)))).toEqual({});
  });

  test("leaves what an administrator has set", () => {
    const theirs = 'runtime = "/usr/bin/runc"';
    const files = after({ [config]: theirs }, monitor.configure(request({ [config]: theirs })));
    expect(files[config]).toBe(`${theirs}\n${setting}`);
    expect(after(files, monitor.configure(request(files)))).toEqual(files);
    expect(after(files, monitor.remove(request(files)))).toEqual({ [config]: `${theirs}\n` });
    const set = { [config]: 'events = "unix:///run/wrun/events.sock"\n' };
    expect(after(set, monitor.configure(request(set)))[config]).toBe(set[config]);
    expect(monitor.remove(request(set))).toEqual([]);
  });

  test("is refused beside another address, another's unit, and as a user", () => {
    const refused =
      (files: Record<string, string>): unknown =>
      () =>
        monitor.configure(request(files));
    expect(refused({ [config]: 'events = "unix:///else"\n' })).toThrow(/take that line out first/);
    expect(refused({ [units[0] ?? ""]: "[Unit]\n" })).toThrow(/was not written by wrun/);
    expect(() => monitor.configure(request({}, { userConfig: "/home/u/.config" }))).toThrow(/in \/etc/);
  });
});
