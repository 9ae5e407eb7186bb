import { afterAll, describe, expect, test } from "bun:test";
import { fixture } from "../../bundle.ts";
import { run, wrun } from "../../wrun.ts";
import { Containerd } from "./containerd.ts";
import { hasShim, lowLevelRuntimes, missing } from "./missing.ts";

for (const lowLevel of missing === undefined && hasShim ? lowLevelRuntimes : []) {
  const containerd = await Containerd.open({ lowLevel });
  afterAll(() => containerd.close());
  const archive = `${containerd.places.folder}/app.tar`;
  const runtime = ["--rm", "--runtime", "io.containerd.wrun.v1"];

  describe(`An image that wrun packed, on ${lowLevel}`, () => {
    test("is imported by ctr under the name that Kubernetes looks for, and runs", () => {
      const packed = run([wrun, "image", "pack", fixture("toolbox"), "-t", "app:1", "-o", archive]);
      expect(packed).toMatchObject({ code: 0, stderr: "" });
      containerd.ok("image", "import", archive);
      const ended = containerd.ctr(
        "run",
        ...runtime,
        "docker.io/library/app:1",
        "packed",
        "/toolbox.wasm",
        "exit",
        "7",
      );
      expect(ended).toMatchObject({ code: 7, stderr: "" });
    });

    test("for wasi/wasm alone is imported with --all-platforms only, and runs", () => {
      const flags = ["--platform", "wasi/wasm", "-t", "wasi:1", "-o", archive];
      expect(run([wrun, "image", "pack", fixture("exit7"), ...flags])).toMatchObject({ code: 0 });
      expect(containerd.ctr("image", "import", archive).code).not.toBe(0);
      containerd.ok("image", "import", "--all-platforms", archive);
      const ended = containerd.ctr(
        "run",
        ...runtime,
        "--platform",
        "wasi/wasm",
        "docker.io/library/wasi:1",
        "w",
      );
      expect(ended).toMatchObject({ code: 7, stderr: "" });
    });
  });
}
