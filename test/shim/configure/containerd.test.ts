import { describe, expect, test } from "bun:test";
import { containerd } from "../../../shim/configure/containerd.ts";
import { after, request } from "./fake-view.ts";

const config = "/etc/containerd/config.toml";
const dropIn = "/etc/containerd/conf.d/50-wrun.toml";
const imports = 'imports = ["/etc/containerd/conf.d/*.toml"]\n';
const debian =
  'version = 2\n\n[plugins]\n  [plugins."io.containerd.grpc.v1.cri".cni]\n    bin_dir = "/usr/lib/cni"\n';
const v1 = 'plugins."io.containerd.grpc.v1.cri".containerd';
const v3 = 'plugins."io.containerd.cri.v1.runtime".containerd';

const configured = (files: Readonly<Record<string, string>>, more: Parameters<typeof request>[1] = {}) =>
  after(files, containerd.configure(request(files, more)));
const removed = (files: Readonly<Record<string, string>>) => after(files, containerd.remove(request(files)));
const runtimesIn = (text: string | undefined, plugin: string): Record<string, unknown> => {
  const { plugins } = Bun.TOML.parse(text ?? "") as {
    plugins: Record<string, { containerd: Record<string, unknown> }>;
  };
  return plugins[plugin]?.containerd ?? {};
};

describe("a config.toml of version 2, which containerd 1.x may read", () => {
  test("gets a block at its end, with the runc that would be forgotten, and is the same after its removal", () => {
    for (const text of [debian, debian.trimEnd(), `# nothing yet\n`, ""]) {
      const files = configured({ [config]: text });
      expect(Object.keys(files)).toEqual([config]);
      expect(files[config]).toStartWith(text);
      const { runtimes } = runtimesIn(files[config], "io.containerd.grpc.v1.cri");
      expect(runtimes).toEqual({
        runc: { runtime_type: "io.containerd.runc.v2" },
        wrun: {
          runtime_type: "io.containerd.wrun.v1",
          pod_annotations: ["module.wasm.image/*", "run.oci.handler"],
          container_annotations: ["module.wasm.image/*", "run.oci.handler"],
        },
      });
      expect(configured(files)).toEqual(files);
      expect(removed(files)).toEqual(text === "" ? {} : { [config]: text });
    }
  });

  test("is made where there is none, with its version, and taken away", () => {
    const files = configured({}, { setAsDefault: true });
    expect(Bun.TOML.parse(files[config] ?? "")).toMatchObject({ version: 2 });
    expect(runtimesIn(files[config], "io.containerd.grpc.v1.cri")).toMatchObject({
      default_runtime_name: "wrun",
    });
    expect(removed(files)).toEqual({});
  });

  test("keeps its runc, whose cgroup driver wrun shares", () => {
    const runc = `[${v1}.runtimes.runc]\n  runtime_type = "x"\n  [${v1}.runtimes.runc.options]\n    SystemdCgroup = true\n`;
    const files = configured({ [config]: `version = 2\n${runc}` });
    const { runtimes } = runtimesIn(files[config], "io.containerd.grpc.v1.cri");
    expect(runtimes).toMatchObject({
      runc: { runtime_type: "x", options: { SystemdCgroup: true } },
      wrun: { options: { SystemdCgroup: true } },
    });
  });

  test("names the shim's file where containerd's PATH may not have it", () => {
    const { [config]: text = "" } = configured({ [config]: debian }, { prefix: "/opt/wrun" });
    expect(text).toContain('runtime_path = "/opt/wrun/bin/containerd-shim-wrun-v1"');
    expect(configured({ [config]: debian })[config]).not.toContain("runtime_path");
  });

  test("gets no drop-in, even where it imports: containerd 1.x would lose its other settings", () => {
    const files = configured({ [config]: imports + debian });
    expect(Object.keys(files)).toEqual([config]);
  });

  test("is refused where an imported file has the CRI section that counts", () => {
    const files = { [config]: imports + debian, "/etc/containerd/conf.d/99.toml": `[${v1}]\n` };
    expect(() => configured(files)).toThrow(/99\.toml has a CRI section/);
  });

  test("is refused a second header of one table", () => {
    const files = { [config]: `version = 2\n[${v1}]\n  default_runtime_name = "runc"\n` };
    expect(() => configured(files, { setAsDefault: true })).toThrow(/default_runtime_name = "wrun"/);
    expect(configured(files)[config]).toContain("io.containerd.wrun.v1");
  });
});

describe("a config.toml of version 3 or 4", () => {
  test("that imports conf.d gets a drop-in of its own version", () => {
    for (const [version, pattern] of [
      [3, "/etc/containerd/conf.d/*.toml"],
      [4, "conf.d/*.toml"],
    ] as const) {
      const main = `version = ${version}\nimports = ['${pattern}']\n[${v3}.runtimes.runc.options]\nSystemdCgroup = true\n`;
      const files = configured({ [config]: main }, { setAsDefault: true });
      expect(Object.keys(files)).toEqual([config, dropIn]);
      expect(files[config]).toBe(main);
      expect(Bun.TOML.parse(files[dropIn] ?? "")).toMatchObject({ version });
      expect(runtimesIn(files[dropIn], "io.containerd.cri.v1.runtime")).toMatchObject({
        default_runtime_name: "wrun",
        runtimes: { wrun: { options: { SystemdCgroup: true } } },
      });
      expect(configured(files, { setAsDefault: true })).toEqual(files);
      expect(removed(files)).toEqual({ [config]: main });
    }
  });

  test("that imports nothing gets a block: no version of containerd reads conf.d by itself", () => {
    const files = configured({ [config]: "version = 3\n" });
    expect(Object.keys(files)).toEqual([config]);
    expect(runtimesIn(files[config], "io.containerd.cri.v1.runtime")).toHaveProperty(["runtimes", "wrun"]);
  });

  test("trades the block for a drop-in, and back, when its imports change", () => {
    const block = configured({ [config]: "version = 3\n" });
    const moved = configured({ [config]: imports + block[config] });
    expect(moved[config]).toBe(`${imports}version = 3\n`);
    expect(moved).toHaveProperty([dropIn]);
    const back = configured({ ...moved, [config]: "version = 3\n" });
    expect(Object.keys(back)).toEqual([config]);
  });
});

test("what could not work is refused with its reason", () => {
  const refusals: readonly (readonly [string, RegExp])[] = [
    ['[plugins.cri]\n  x = "y"\n', /of version 1.*containerd config migrate/],
    ["version = 9\n", /of version 9/],
    ['version = 2\ndisabled_plugins = ["cri"]\n', /disables the CRI plugin/],
    ['version = 3\ndisabled_plugins = ["io.containerd.cri.v1.runtime"]\n', /disables the CRI plugin/],
    [`version = 2\n[${v1}.runtimes.wrun]\n`, /runtime named wrun/],
    [`version = 2\n[plugins]\n"io.containerd.grpc.v1.cri" = { containerd = {} }\n`, /inline table/],
    ["version = \n[", /not TOML/],
  ];
  for (const [text, message] of refusals) expect(() => configured({ [config]: text })).toThrow(message);
});
