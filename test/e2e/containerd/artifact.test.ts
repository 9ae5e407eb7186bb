import { readFileSync } from "node:fs";
import { afterAll, describe, expect, test } from "bun:test";
import { fixture } from "../../bundle.ts";
import type { Ended } from "../../wrun.ts";
import { Containerd } from "./containerd.ts";
import { hasShim, lowLevelRuntimes, missing } from "./missing.ts";
import { digest, json, type Blob } from "./oci-image.ts";
import { untilNoTraces } from "./traces.ts";

const mediaType = "application/wasm";
const platform = { os: "wasip1", architecture: "wasm" };

for (const lowLevel of missing === undefined && hasShim ? lowLevelRuntimes : []) {
  const containerd = await Containerd.open({ lowLevel });
  afterAll(() => containerd.close());
  // What it caches is not to stay on the machine.
  containerd.run(["mount", "-t", "tmpfs", "tmpfs", "/var/cache"]);
  const tools = { mediaType, bytes: readFileSync(fixture("toolbox")) };
  const cached = `/var/cache/wrun/modules/${digest(tools.bytes).replace(":", "-")}.wasm`;
  importArtifact(containerd, "tools", [tools]);
  let count = 0;

  const run = (name: string, ...args: string[]): Ended => {
    const flags = ["--rm", "--runtime", "io.containerd.wrun.v1", "--platform", "wasip1/wasm"];
    return containerd.ctr("run", ...flags, `localhost/${name}:latest`, `artifact-${++count}`, ...args);
  };

  describe(`An image that is a wasm artifact, on ${lowLevel}`, () => {
    test("runs without a file in its rootfs, with what the container has beside the module", async () => {
      const ended = run("tools", "/", "echo", "from the artifact", ",", "ls", "/", ",", "exit", "7");
      expect(ended).toMatchObject({ code: 7, stderr: "" });
      const [line, ...names] = ended.stdout.trimEnd().split("\n");
      expect(line).toBe("from the artifact");
      expect(names.join(" ")).not.toMatch(/wasm|wrun/);
      await untilNoTraces(containerd);
    });

    test("cannot see its own module, nor change the file that other containers share", () => {
      expect(run("tools", "/", "cat", "/dev/.wrun/module.wasm").code).not.toBe(0);
      expect(run("tools", "/", "write", "/dev/.wrun/module.wasm", "x").code).not.toBe(0);
      expect(containerd.run(["sha256sum", cached]).stdout).toStartWith(
        digest(tools.bytes).slice("sha256:".length),
      );
    });

    test("shares one file with other containers", () => {
      const inode = (): string => containerd.run(["stat", "--format", "%i %a %U", cached]).stdout;
      const before = inode();
      expect(before).toEndWith(" 444 root\n");
      expect(run("tools", "/anything.wasm", "echo", "again").stdout).toBe("again\n");
      expect(inode()).toBe(before);
    });

    test("is refused where it has two modules, by name of the trouble", async () => {
      importArtifact(containerd, "two", [
        tools,
        { mediaType, bytes: Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0) },
      ]);
      const { code, stderr } = run("two", "/");
      expect(code).toBe(1);
      expect(stderr).toContain("the image has 2 wasm modules: build one that has a single module");
      await untilNoTraces(containerd);
    });

    test("is refused where its content is not there, and says how to get it", () => {
      const gone = { mediaType, bytes: Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0, 0, 1, 0x78) };
      importArtifact(containerd, "gone", [gone]);
      containerd.ok("content", "rm", digest(gone.bytes));
      const { code, stderr } = run("gone", "/");
      expect(code).toBe(1);
      expect(stderr).toContain(`containerd has no content ${digest(gone.bytes)}: pull the image for wasm`);
    });
  });
}

// containerd 1.6 cannot unpack a layer that is no archive, as later ones do (to nothing): what it would have made is
// put there for it.
function importArtifact(containerd: Containerd, name: string, layers: readonly Blob[]): void {
  const diffIds = layers.map(({ bytes }) => digest(bytes));
  const config = json("application/vnd.oci.image.config.v1+json", {
    ...platform,
    config: { Entrypoint: ["/"], User: "1000:1000" },
    rootfs: { type: "layers", diff_ids: diffIds },
  });
  containerd.import(
    { name: `localhost/${name}:latest`, platform, config, layers },
    "--no-unpack",
    "--all-platforms",
  );
  const chain = diffIds.reduce((below, id) => digest(Buffer.from(`${below} ${id}`)));
  containerd.ok("snapshot", "prepare", `empty-${name}`);
  containerd.ok("snapshot", "commit", chain, `empty-${name}`);
}
