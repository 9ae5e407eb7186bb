import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { expect, test } from "bun:test";
import { WrunError } from "../../../oci/error.ts";
import type { Artifact, Plan } from "../../../oci/plan.ts";
import { answerOf, parseAnswer } from "../../../shim/artifact/answer.ts";
import { findArtifact } from "../../../shim/artifact/find-artifact.ts";
import { ModuleCache } from "../../../shim/artifact/module-cache.ts";
import { planWithImage } from "../../../shim/artifact/plan-with-image.ts";
import { temporaryDirectory } from "../../wrun.ts";
import { refusal } from "./refusal.ts";
import { FakeContent, leastModule } from "./fake-content.ts";

const elf = Buffer.from("\x7fELF\x02\x01\x01", "latin1");

interface Scene {
  readonly args?: readonly string[];
  readonly annotations?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, Uint8Array>>;
}

/** A bundle and an image; `asked` tells how often containerd was asked for. */
class Stage {
  readonly folder = temporaryDirectory();
  readonly content = new FakeContent();
  asked = 0;
  failure: WrunError | undefined;

  plan({ args = ["/"], annotations = {}, files = {} }: Scene = {}): Promise<Plan> {
    mkdirSync(`${this.folder}/rootfs`, { recursive: true });
    for (const [name, bytes] of Object.entries(files)) {
      writeFileSync(`${this.folder}/rootfs/${name}`, bytes);
      chmodSync(`${this.folder}/rootfs/${name}`, 0o755);
    }
    const spec = { ociVersion: "1.0.2", process: { args, cwd: "/" }, root: { path: "rootfs" }, annotations };
    writeFileSync(`${this.folder}/config.json`, JSON.stringify(spec));
    const options = { bundle: this.folder, sandbox: "kernel", scratch: this.folder } as const;
    return planWithImage(options, () => this.#find());
  }

  // As the process that looks for it: what it finds is told by a line of JSON.
  async #find(): Promise<Artifact | undefined> {
    this.asked++;
    const { failure, content } = this;
    const cache = new ModuleCache(`${this.folder}/cache`);
    const find = () => (failure === undefined ? findArtifact("c1", content, cache) : Promise.reject(failure));
    return parseAnswer(JSON.stringify(await answerOf(find)));
  }
}

for (const entrypoint of ["/", "/app.wasm", "app#handle", "", "#init"])
  test(`planWithImage() runs an artifact's module, whatever its entrypoint: ${entrypoint}`, async () => {
    const stage = new Stage();
    const { digest } = stage.content.setArtifact();
    const plan = await stage.plan({ args: [entrypoint, "x"] });
    expect(plan).toMatchObject({ kind: "wasm", workload: { rule: "artifact", kind: "module" } });
    expect(plan.spec.mounts?.at(-1)?.source).toBe(`${stage.folder}/cache/${digest.replace(":", "-")}.wasm`);
    expect(plan.spec.process?.args?.slice(-3)).toEqual(["--", "/.wrun/module.wasm", "x"]);
    expect(stage.asked).toBe(1);
  });

test("planWithImage() runs an artifact that an annotation calls wasm as well", async () => {
  const stage = new Stage();
  stage.content.setArtifact();
  const plan = await stage.plan({ annotations: { "module.wasm.image/variant": "compat" } });
  expect(plan.workload.rule).toBe("artifact");
});

test("planWithImage() knows a component", async () => {
  const stage = new Stage();
  stage.content.setArtifact(Uint8Array.of(0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0));
  expect((await stage.plan()).workload.kind).toBe("component");
});

const usual: readonly (readonly [string, Scene])[] = [
  ["an ELF entrypoint", { args: ["/app"], files: { app: elf } }],
  ["a wasm entrypoint", { args: ["/app"], files: { app: leastModule } }],
  ["a pause container", { annotations: { "io.kubernetes.cri.container-type": "sandbox" } }],
];

for (const [what, scene] of usual)
  test(`planWithImage() does not ask containerd about an image with ${what}`, async () => {
    const stage = new Stage();
    stage.content.setArtifact();
    await stage.plan(scene);
    expect(stage.asked).toBe(0);
  });

test("planWithImage() leaves a mistaken entrypoint of a usual image to the low-level runtime, containerd or not", async () => {
  const stage = new Stage();
  stage.content.image = stage.content.addDocument({ layers: [] });
  const scene = { args: ["/misspelt"], files: { app: elf } };
  expect((await stage.plan(scene)).workload.rule).toBe("not-found");
  stage.failure = new WrunError("io", "cannot ask containerd");
  expect((await stage.plan(scene)).workload.rule).toBe("not-found");
});

test("planWithImage() tells why an image cannot be had where nothing else could run", async () => {
  const stage = new Stage();
  stage.failure = new WrunError("io", "cannot ask containerd");
  expect(await refusal(stage.plan())).toContain("cannot ask containerd");
});

test("planWithImage() tells what is wrong with an artifact, whatever else is in its files", async () => {
  const stage = new Stage();
  stage.content.setArtifact(elf);
  expect(await refusal(stage.plan({ args: ["/misspelt"], files: { app: elf } }))).toContain(
    "the image's wasm layer is no wasm: it looks like elf",
  );
});
