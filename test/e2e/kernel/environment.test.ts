import { expect, test } from "bun:test";
import { lowLevelRuntimes, missing, openEnvironment } from "./environment.ts";
import { buildImage, nativeHello } from "./images.ts";

// What is proven here is the ground that the other tests of this folder stand on.
if (missing === undefined) {
  const environment = await openEnvironment();
  const hello = nativeHello(environment);
  const image = buildImage(environment, {
    name: "native",
    files: { "/hello": { from: hello } },
    entrypoint: ["/hello"],
  });

  for (const runtime of lowLevelRuntimes) {
    test(`podman runs a native image on plain ${runtime}`, () => {
      const ended = environment.run(["podman", "--runtime", runtime, "run", "--rm", image]);
      expect(ended).toMatchObject({ code: 7, stdout: "hello from native\n", stderr: "" });
    });
  }
}

test.skipIf(missing !== undefined)("an environment leaves the machine's own mounts alone", async () => {
  const before = await Bun.file("/proc/self/mountinfo").text();
  const environment = await openEnvironment();
  const inside = environment.run(["cat", "/proc/self/mountinfo"]).stdout;
  expect(inside).not.toMatch(/ \/sys\/fs\/cgroup\/unified .* - cgroup2 /);
  expect(await Bun.file("/proc/self/mountinfo").text()).toBe(before);
});
