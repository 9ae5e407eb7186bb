import { describe, expect, test } from "bun:test";
import { hasFixture } from "../bundle.ts";
import { hangTimeoutMs, until } from "../until.ts";
import { run, wrun } from "../wrun.ts";
import { openHandlers } from "./handlers.ts";

const source = new URL("../../examples/web/web.c", import.meta.url).pathname;
const handlers = hasFixture("toolbox") ? await openHandlers() : [];

for (const handler of handlers.filter(({ name }) => name === "wrun")) {
  const { containerd } = handler;
  const image = "docker.io/library/web:1";

  describe(`examples/web in a pod of ${handler.title}`, () => {
    test("is packed, imported, and answers probes at the pod's address", async () => {
      const { folder } = containerd.places;
      const flags = ["--target=wasm32-wasi", "--sysroot=/usr", "-O2"];
      expect(run(["clang", ...flags, source, "-o", `${folder}/web.wasm`]).code).toBe(0);
      run([wrun, "image", "pack", `${folder}/web.wasm`, "-t", "web:1", "-o", `${folder}/web.tar`]);
      containerd.ok("image", "import", `${folder}/web.tar`);

      const pod = await handler.pod();
      try {
        const config = {
          envs: [{ key: "WRUN_LISTEN", value: "tcp:0.0.0.0:8080" }],
          linux: {
            resources: { memoryLimitInBytes: 64 << 20 },
            securityContext: { runAsUser: { value: 65_532 }, readonlyRootfs: true, noNewPrivs: true },
          },
        };
        const web = await pod.start({ name: "web", image, command: [], config });
        const { ip } = (await pod.status())["network"] as { ip: string };
        const request =
          'exec 3<>"/dev/tcp/$0/8080" && printf "GET %s HTTP/1.1\\r\\n\\r\\n" "$1" >&3 && cat <&3';
        const get = (path: string): string => containerd.run(["bash", "-c", request, ip, path]).stdout;
        await until("the guest listens", () => get("/healthz").endsWith("\r\n\r\nok\n"));
        expect(get("/")).toMatch(/^HTTP\/1.1 200 OK\r\n[^]*hello from wasm on pod-wrun-\d+, request \d+\n$/);
        await web.stop(hangTimeoutMs / 1000);
        expect(await web.ended()).toMatchObject({ exitCode: 143 });
      } finally {
        await pod.remove();
      }
    });
  });
}
