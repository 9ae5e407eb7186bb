import { chmodSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { expect, test } from "bun:test";
import protobuf from "protobufjs";
import { hangTimeoutMs } from "../../until.ts";
import { temporaryDirectory, wrun } from "../../wrun.ts";

const folder = temporaryDirectory();
const shim = `${folder}/containerd-shim-wrun-v1`;
symlinkSync(wrun, shim);

const root = new protobuf.Root();
root.resolvePath = (_from, file) => new URL(`../../../proto/${file}`, import.meta.url).pathname;
root.loadSync("containerd/types/introspection.proto");
root.loadSync("containerd/runc/v1/options.proto");
const any = root.lookupType("google.protobuf.Any");
const featuresUrl = "types.containerd.io/opencontainers/runtime-spec/1/features/Features";

interface Info {
  readonly name?: string;
  readonly version?: object;
  readonly options?: { readonly type_url: string; readonly value: Uint8Array };
  readonly features?: { readonly type_url: string; readonly value: Uint8Array };
}

/** A low-level runtime that answers one verb. */
function runtime(name: string, script: string): string {
  const path = `${folder}/${name}`;
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

function ask(stdin: Uint8Array | "closed", env: Record<string, string> = {}) {
  const input = stdin === "closed" ? ("ignore" as const) : stdin;
  const ended = Bun.spawnSync([shim, "-info"], {
    stdin: input,
    env: { PATH: "/usr/bin:/bin:/usr/sbin", ...env },
  });
  const type = root.lookupType("containerd.types.RuntimeInfo");
  const info: Info = ended.exitCode === 0 ? type.toObject(type.decode(ended.stdout)) : {};
  return { code: ended.exitCode, stderr: ended.stderr.toString(), info };
}

function optionsFor(binaryName: string): Uint8Array {
  const value = root.lookupType("containerd.runc.v1.Options").encode({ binaryName }).finish();
  return any.encode({ type_url: "containerd.runc.v1.Options", value }).finish();
}

const answers = runtime(
  "answers",
  '[ "$*" = features ] && echo \'{"ociVersionMax":"1.2.0","linux":{"x":1}}\'',
);

test("-info gives the features of the runtime that the options name, and ours", () => {
  const { code, stderr, info } = ask(optionsFor(answers));
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(info).toMatchObject({
    name: "io.containerd.wrun.v1",
    version: { version: expect.stringMatching(/^\d/) },
  });
  expect(info.options?.type_url).toBe("containerd.runc.v1.Options");
  expect(info.features?.type_url).toBe(featuresUrl);
  const features = JSON.parse(new TextDecoder().decode(info.features?.value)) as unknown;
  expect(features).toMatchObject({
    ociVersionMax: "1.2.0",
    linux: { x: 1 },
    annotations: { "run.oci.wrun.wasm": "wasi-preview1" },
  });
});

test("-info answers without options, and without features where the runtime has no such verb", () => {
  const silent = runtime("silent", "echo unknown command >&2; exit 1");
  for (const stdin of ["closed", new Uint8Array()] as const) {
    const { code, stderr, info } = ask(stdin, { WRUN_RUNTIME: silent });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(Object.keys(info)).toEqual(["name", "version"]);
  }
});

test("-info passes options back that it does not know", () => {
  const foreign = any.encode({ type_url: "example.com/Other", value: Uint8Array.of(1, 2) }).finish();
  const { info } = ask(foreign, { WRUN_RUNTIME: answers });
  expect(info.options).toMatchObject({ type_url: "example.com/Other" });
  expect([...(info.options?.value ?? [])]).toEqual([1, 2]);
});

test("-info says on standard error what is wrong, and prints nothing", () => {
  expect(ask(Uint8Array.of(0xff, 0xff, 0xff))).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("malformed message"),
  });
  expect(ask(optionsFor("/nowhere/crun"))).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("/nowhere/crun does not exist"),
  });
});

test("-info says so where the runtime's features are no JSON", () => {
  for (const text of ["{", "null", "1"]) {
    const { code, stderr } = ask(optionsFor(runtime("garbles", `echo '${text}'`)));
    expect(code).toBe(1);
    expect(stderr).toContain("/garbles prints are no JSON object");
  }
});

test("-info does not wait for a terminal's end", () => {
  const words = `${shim} -info >${folder}/told`;
  const env = { PATH: "/usr/bin:/bin:/usr/sbin", WRUN_RUNTIME: answers };
  const ended = Bun.spawnSync(["script", "-qec", words, "/dev/null"], {
    stdin: "ignore",
    env,
    timeout: hangTimeoutMs,
  });
  expect(ended.exitCode).toBe(0);
  const type = root.lookupType("containerd.types.RuntimeInfo");
  expect(type.decode(readFileSync(`${folder}/told`))).toMatchObject({ name: "io.containerd.wrun.v1" });
});
