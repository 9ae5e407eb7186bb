import { expect, test } from "bun:test";
import { edits, runEngineInstead } from "../../oci/edits.ts";
import { engineEnvironment } from "../../oci/engine-env.ts";
import { engineMountIn } from "../../oci/engine-mount.ts";
import { parseRuntimeSpec } from "../../oci/parse-runtime-spec.ts";
import type { Mount, RuntimeSpec } from "../../oci/runtime-spec.ts";
import { bareGrant } from "../bare-grant.ts";
import { changes } from "./changes.ts";
import { goldenCases, planCase } from "./golden-case.ts";

const input = {
  grant: { ...bareGrant, args: ["/app.wasm", "x"], env: ["A=1"] },
  installed: "/usr/local/lib/wrun",
  engineMount: "/dev/.wrun",
  statusFd: 3,
  artifact: "/var/cache/wrun/modules/sha256-f0.wasm",
} as const;

const spec = parseRuntimeSpec(
  `{"zone":1,"mounts":[{"destination":"/dev","type":"tmpfs"}],"ociVersion":"1.0.2","annotations":{"run.oci.handler":"wasm","module.wasm.image/variant":"compat","kept":"x"},
  "process":{"env":["LD_PRELOAD=/x"],"args":["/app.wasm"],"cwd":"/","capabilities":{"bounding":["CAP_KILL","CAP_FOWNER"],"future":["CAP_X"]},"rlimits":[{"type":"A","soft":18446744073709551615,"hard":1}]}}`,
);

test("Every edit changes only what its name says", () => {
  const touched = edits.map((edit) => [edit.name, Object.keys(changes(spec, edit(spec, input)))]);
  expect(touched).toEqual([
    ["runEngineInstead", ["process.args"]],
    ["wrapEnvironment", ["process.env"]],
    ["mountEngineReadOnly", ["mounts[1]"]],
    ["mountArtifact", ["mounts[1]"]],
    ["dropUnusedCapabilities", ["process.capabilities.bounding"]],
    ["setNoNewPrivileges", ["process.noNewPrivileges"]],
    ["removeHandlerAnnotations", ["annotations.run.oci.handler", "annotations.module.wasm.image/variant"]],
  ]);
});

test("Every edit leaves the original as it was, key order and digits included", () => {
  const before = JSON.stringify(spec);
  for (const edit of edits) {
    const edited = edit(spec, input);
    expect(Object.keys(edited)).toEqual(Object.keys(spec));
    expect(JSON.stringify(edited.process?.rlimits)).toBe(JSON.stringify(spec.process?.rlimits));
  }
  expect(JSON.stringify(spec)).toBe(before);
});

test("Every edit copes with a config.json that lacks the field", () => {
  const least: RuntimeSpec = { ociVersion: "1.0.0" };
  const edited = edits.reduce((current, edit) => edit(current, input), least);
  expect(Object.keys(edited).toSorted()).toEqual(["mounts", "ociVersion", "process"]);
  expect(Object.keys(edited.process ?? {}).toSorted()).toEqual(["args", "env", "noNewPrivileges"]);
});

test("The engine is mounted after every other mount, whatever that covers, and nothing of the host that it could write", () => {
  for (const golden of goldenCases()) {
    const plan = planOf(golden);
    if (plan?.kind !== "wasm") continue;
    const own = plan.workload.rule === "artifact" ? 2 : 1;
    const mount = plan.spec.mounts?.at(-own);
    for (const { options } of plan.spec.mounts?.slice(-own) ?? []) expect(options).toContain("ro");
    expect(mount?.source).toBe("/usr/local/lib/wrun");
    expect(plan.spec.process?.args?.[0]).toBe(`${mount?.destination}/launch`);
    expect(plan.grant.hidden).toContain(mount?.destination ?? "");
  }
});

test("A config.json that looks edited is a native one, whatever its mounts and its command line say", () => {
  for (const golden of goldenCases()) {
    const plan = planOf(golden);
    if (plan?.kind !== "wasm" || plan.workload.rule !== "content") continue;
    const again = planCase(golden, "kernel", JSON.stringify(plan.spec));
    expect(again).toMatchObject({ kind: "forward", workload: { rule: "not-found" } });
    expect(JSON.stringify(again.spec)).toBe(JSON.stringify(plan.spec));
  }
});

test("The engine is given a descriptor for its reports where there is one, and none else", () => {
  const args = (statusFd?: number) =>
    runEngineInstead(spec, {
      grant: input.grant,
      installed: "",
      engineMount: "/e",
      ...(statusFd === undefined ? {} : { statusFd }),
    }).process?.args ?? [];
  expect(args(7).join(" ")).toContain(" wasm --status-fd 7 ");
  expect(args().join(" ")).not.toContain("--status");
});

test("An image cannot pass for an edited config.json by its entrypoint", () => {
  const golden = goldenCases().find(({ name }) => name === "minimal");
  if (golden === undefined) throw new Error("no case called minimal");
  for (const entrypoint of ["/.wrun/launch", "/dev/.wrun/launch", "/dev/.wrun/ld.so"]) {
    const plan = planCase(golden, "kernel", golden.config.replace("/app.wasm", entrypoint));
    expect(plan.workload.rule).toBe("not-found");
  }
});

test("No variable of an image stands in the engine's environment without the prefix", () => {
  for (const golden of goldenCases()) {
    const plan = planOf(golden);
    if (plan?.kind !== "wasm") continue;
    const bare = (plan.spec.process?.env ?? []).filter((entry) => !entry.startsWith("wrun:"));
    expect(bare).toEqual([`HOME=${engineMountIn(plan.spec)}`, "TZ=:", ...engineEnvironment]);
  }
});

const devs: readonly (readonly [string, readonly Mount[], string])[] = [
  ["no /dev", [], "/.wrun"],
  ["a tmpfs", [{ destination: "/dev", type: "tmpfs" }], "/dev/.wrun"],
  ["a tmpfs, oddly spelled", [{ destination: "dev//", type: "tmpfs" }], "/dev/.wrun"],
  ["the host's /dev", [{ destination: "/dev", type: "bind", source: "/dev" }], "/.wrun"],
  [
    "a tmpfs, then the host's over it",
    [
      { destination: "/dev", type: "tmpfs" },
      { destination: "/dev", type: "bind" },
    ],
    "/.wrun",
  ],
  [
    "a tmpfs, then another root over it",
    [
      { destination: "/dev", type: "tmpfs" },
      { destination: "/", type: "bind" },
    ],
    "/.wrun",
  ],
  ["only something in /dev", [{ destination: "/dev/shm", type: "tmpfs" }], "/.wrun"],
];

for (const [what, mounts, place] of devs)
  test(`engineMountIn() says ${place} where /dev is ${what}`, () => {
    expect(engineMountIn({ ociVersion: "1.0.0", mounts })).toBe(place);
  });

function planOf(golden: ReturnType<typeof goldenCases>[number]): ReturnType<typeof planCase> | undefined {
  return golden.name.startsWith("broken-") ? undefined : planCase(golden, "kernel");
}
