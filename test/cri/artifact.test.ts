import { describe, expect, test } from "bun:test";
import { fixture } from "../bundle.ts";
import { until } from "../until.ts";
import { run, wrun } from "../wrun.ts";
import { type Handler, openHandlers } from "./handlers.ts";

/** Packs a wasm artifact and imports it as a node would; its name for the CRI. */
async function importArtifact({ containerd, cri }: Handler): Promise<string> {
  const archive = `${containerd.places.folder}/artifact.tar`;
  const flags = ["--artifact", "--tag", "localhost/artifact:1", "--output", archive];
  expect(run([wrun, "image", "pack", fixture("exit7"), ...flags])).toMatchObject({ code: 0, stderr: "" });
  // The module that it caches is not to stay on the machine.
  containerd.run(["mount", "-t", "tmpfs", "tmpfs", "/var/cache"]);
  containerd.ok("image", "import", "--no-unpack", "--all-platforms", archive);
  const image = "localhost/artifact:1";
  await until("the CRI has the artifact", async () => {
    const answer = await cri.call("ImageStatus", { image: { image } });
    return answer["image"] !== null;
  });
  return image;
}

for (const handler of (await openHandlers()).filter(({ name }) => name === "wrun")) {
  describe(`a wasm artifact in a pod of handler ${handler.title}`, () => {
    test("needs no command: wrun image pack gives it an entrypoint", async () => {
      const image = await importArtifact(handler);
      const pod = await handler.pod();
      const app = await pod.start({ name: "app", image, command: [] });
      expect(await app.ended()).toMatchObject({ exitCode: 7 });
      await pod.remove();
    });
  });
}
