import { expect, test } from "bun:test";
import type { Looks } from "../../oci/probe.ts";
import type { Mount } from "../../oci/runtime-spec.ts";
import { type DetectInput, detectWorkload, handlers, type Workload } from "../../oci/workload.ts";
import { tableProbe } from "../fakes/table-probe.ts";

interface Container {
  readonly annotations?: Record<string, string>;
  readonly args?: readonly string[];
  readonly looks?: Looks | "directory" | "special";
}

function detect({ annotations = {}, args = ["/entry"], looks }: Container): Workload {
  const files = looks === undefined ? {} : { [args[0]?.split("#")[0] ?? ""]: looks };
  const spec = { ociVersion: "1.0.0", annotations, process: { args, cwd: "/" } };
  return detectWorkload({ spec, probe: tableProbe({ files }) });
}

const byContent: readonly (readonly [Looks | "directory" | "special" | undefined, string])[] = [
  ["module", "module content"],
  ["component", "component content"],
  ["wat", "text content"],
  ["elf", "native native"],
  ["script", "native native"],
  ["empty", "native not-wasm"],
  ["truncated", "native not-wasm"],
  ["unknown-wasm", "native not-wasm"],
  ["unknown", "native not-wasm"],
  ["directory", "native not-wasm"],
  ["special", "native not-wasm"],
  [undefined, "native not-found"],
];

for (const [looks, expected] of byContent)
  test(`detectWorkload() says "${expected}" of a file that is ${looks ?? "not there"}`, () => {
    const { kind, rule } = detect(looks === undefined ? {} : { looks });
    expect(`${kind} ${rule}`).toBe(expected);
  });

const handler = "run.oci.handler";
const variant = "module.wasm.image/variant";
const byAnnotation: readonly (readonly [Record<string, string>, string, boolean])[] = [
  ...handlers.map((name) => [{ [handler]: name }, "/entry", true] as const),
  [{ [handler]: "wasm-smart" }, "/entry", false],
  [{ [handler]: "wasm-smart" }, "/entry.wasm", true],
  [{ [handler]: "wasm-smart" }, "/entry.wat", true],
  [{ [handler]: "wasm-smart" }, "/entry.wasm#f", true],
  [{ [handler]: "wasm-smart" }, "/entry.wasmx", false],
  [{ [handler]: "krun" }, "/entry.wasm", false],
  [{ [handler]: "" }, "/entry.wasm", false],
  [{ [handler]: "WASM" }, "/entry.wasm", false],
  [{ [variant]: "compat" }, "/entry", true],
  [{ [variant]: "compat-smart" }, "/entry", false],
  [{ [variant]: "compat-smart" }, "/entry.wat", true],
  [{ [variant]: "wasm" }, "/entry.wasm", false],
  [{ [handler]: "krun", [variant]: "compat" }, "/entry", false],
  [{ [handler]: "wasm", [variant]: "nonsense" }, "/entry", true],
  [{ handler: "wasm" }, "/entry", false],
];

for (const [annotations, entry, wasm] of byAnnotation)
  test(`detectWorkload() finds ${JSON.stringify(annotations)} ${wasm ? "enough" : "not enough"} for ${entry}`, () => {
    const { rule } = detect({ annotations, args: [entry], looks: "unknown" });
    expect(rule).toBe(wasm ? "annotation" : "not-wasm");
  });

for (const name of ["io.kubernetes.cri.container-type", "io.kubernetes.cri-o.ContainerType"])
  test(`detectWorkload() leaves a pod sandbox alone, as ${name} marks it, whatever else is said`, () => {
    const annotations = { [name]: "sandbox", [handler]: "wasm" };
    expect(detect({ annotations, looks: "module" }).rule).toBe("pod-sandbox");
    expect(detect({ annotations: { ...annotations, [name]: "container" }, looks: "module" }).rule).toBe(
      "annotation",
    );
  });

test("detectWorkload() leaves an annotated native program native", () => {
  for (const looks of ["elf", "script"] as const)
    expect(detect({ annotations: { [handler]: "wasm" }, looks }).rule).toBe("annotation-but-native");
});

test("detectWorkload() is not asked for much by an entrypoint of a thousand # and a PATH of a thousand parts", () => {
  let lookups = 0;
  const probe = { ...tableProbe({ files: {} }), lookup: () => void lookups++ };
  const process = { args: ["a#".repeat(1000)], cwd: "/", env: [`PATH=${"/p:".repeat(1000)}`] };
  expect(detectWorkload({ spec: { ociVersion: "1.0.0", process }, probe }).rule).toBe("not-found");
  expect(lookups).toBeLessThan(5000);
});

interface BehindInit {
  readonly args?: readonly string[];
  readonly mounts?: readonly Mount[];
  readonly mountedFiles?: readonly string[];
  readonly init?: Looks;
  readonly annotations?: Record<string, string>;
  readonly artifact?: DetectInput["artifact"];
}

const initPath = "/sbin/docker-init";
const initMount: Mount = { destination: initPath, type: "bind", source: "/usr/bin/docker-init" };

function behindInit(container: BehindInit): Workload {
  const {
    args = [initPath, "--", "/app.wasm"],
    mounts = [initMount],
    annotations = {},
    artifact,
  } = container;
  const { init = "elf", mountedFiles = [initPath] } = container;
  const files = {
    [initPath]: init,
    "/app.wasm": "module",
    "/bin/sh": "elf",
    "/bin/app.wasm": "module",
  } as const;
  const spec = { ociVersion: "1.0.0", annotations, process: { args, cwd: "/" }, mounts };
  const probe = tableProbe({ files, mountedFiles });
  return detectWorkload({ spec, probe, ...(artifact === undefined ? {} : { artifact }) });
}

test("detectWorkload() looks for the entrypoint behind an init that the engine has mounted, as execvp would", () => {
  expect(behindInit({})).toMatchObject({ kind: "module", module: "/app.wasm", init: initPath });
  expect(behindInit({ args: [initPath, "--", "app.wasm#f"] })).toMatchObject({
    module: "/bin/app.wasm",
    argv0: "app.wasm",
    invoke: "f",
    init: initPath,
  });
  expect(behindInit({ args: [initPath, "--", "sh"] })).toEqual({
    kind: "native",
    rule: "native",
    because: `/bin/sh is an ELF executable (behind the init ${initPath})`,
  });
});

test("detectWorkload() applies annotations and artifacts to what is behind the init", () => {
  const annotations = { [handler]: "wasm" };
  expect(behindInit({ annotations }).rule).toBe("annotation");
  expect(behindInit({ annotations, args: [initPath, "--", "/bin/sh"] }).rule).toBe("annotation-but-native");
  const args = [initPath, "--", "/of-the-artifact"];
  expect(behindInit({ args }).rule).toBe("not-found");
  const artifact = { kind: "module", module: "/dev/.wrun-artifact" } as const;
  expect(behindInit({ args, artifact })).toMatchObject({ rule: "artifact", ...artifact, init: initPath });
});

const noInits: readonly (readonly [string, BehindInit])[] = [
  ["is the image's own, at the path of a mount that something covers", { mountedFiles: [] }],
  ["no mount of config.json is for", { mounts: [] }],
  ["is on a mount that is no bind mount", { mounts: [{ ...initMount, type: "tmpfs" }] }],
  ["is a script", { init: "script" }],
  ["is wasm", { init: "module" }],
  ["has flags", { args: [initPath, "-s", "--", "/app.wasm"] }],
  ["has no --", { args: [initPath, "/app.wasm"] }],
  ["starts nothing", { args: [initPath, "--"] }],
];

for (const [what, container] of noInits)
  test(`detectWorkload() sees through no init that ${what}`, () => {
    const workload = behindInit(container);
    expect(workload.because).toStartWith(initPath);
    expect(workload).not.toHaveProperty("init");
  });

test("detectWorkload() sees through no program that is mounted elsewhere: it may run wasm by itself", () => {
  const mount: Mount = { destination: "/usr/bin/wasmtime", type: "bind", source: "/usr/bin/wasmtime" };
  const spec = {
    ociVersion: "1.0.0",
    process: { args: ["/usr/bin/wasmtime", "--", "/app.wasm"], cwd: "/" },
    mounts: [mount],
  };
  const files = { "/usr/bin/wasmtime": "elf", "/app.wasm": "module" } as const;
  const probe = tableProbe({ files, mountedFiles: ["/usr/bin/wasmtime"] });
  expect(detectWorkload({ spec, probe })).toMatchObject({ kind: "native", rule: "native" });
});
