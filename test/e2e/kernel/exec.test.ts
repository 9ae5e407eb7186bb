import { writeFileSync } from "node:fs";
import { describe, expect, test } from "bun:test";
import { fixture, hasFixture } from "../../bundle.ts";
import { wrun } from "../../wrun.ts";
import { kernelBundle } from "./bundle.ts";
import { lowLevelRuntimes, missing, openEnvironment } from "./environment.ts";
import { buildImage, nativeHello, staticProgram } from "./images.ts";

const skipped = missing ?? (hasFixture("toolbox") ? undefined : "no toolchain for guests in C");

if (skipped === undefined) {
  const environment = await openEnvironment();
  const hello = nativeHello(environment);
  const image = buildImage(environment, {
    name: "both",
    files: { "/toolbox.wasm": { from: fixture("toolbox") }, "/hello": { from: hello } },
    env: { COLOR: "blue", LD_PRELOAD: "/none.so" },
    entrypoint: ["/toolbox.wasm"],
  });

  const sleeper = staticProgram(environment, "sleeper", "int main(void) { for (;;) sleep(1000); }\n");

  for (const runtime of lowLevelRuntimes) {
    // What runs on would keep a pipe of ours open.
    const silently = (command: readonly string[]) =>
      environment.run(["sh", "-c", 'exec "$@" </dev/null >/dev/null 2>&1', "sh", ...command]);
    const podman = (...args: string[]) =>
      environment.run(["podman", "--runtime", `wrun-${runtime}`, ...args]);

    describe(`exec on ${runtime}`, () => {
      const name = `exec-${runtime}`;

      test("podman exec runs native and wasm commands in a container with a guest", () => {
        expect(podman("run", "--detach", "--name", name, image, "sleep").code).toBe(0);
        expect(podman("exec", name, "/hello")).toMatchObject({ code: 7, stdout: "hello from native\n" });
        const ended = podman(
          "exec",
          "--env",
          "A=b c",
          name,
          "/toolbox.wasm",
          "echo",
          "hi",
          ",",
          "env",
          ",",
          "exit",
          "9",
        );
        expect(ended).toMatchObject({ code: 9, stderr: "" });
        expect(ended.stdout).toStartWith("hi\n");
        for (const entry of ["A=b c", "COLOR=blue", "LD_PRELOAD=/none.so"])
          expect(ended.stdout).toContain(`${entry}\n`);
      });

      test("the guest of an exec sees no more than the container's", () => {
        const { stdout } = podman("exec", name, "/toolbox.wasm", "ls", "/proc", ",", "ls", "/dev/.wrun");
        expect(stdout).toBe("/proc: No such file or directory\n/dev/.wrun: No such file or directory\n");
      });

      test("a command that is not there is the low-level runtime's to report", () => {
        expect(podman("exec", name, "/none.wasm").code).not.toBe(0);
        expect(podman("rm", "--force", "--time", "0", name).code).toBe(0);
      });

      test("wasm in a native container is refused by its name, and native commands run there", () => {
        const id = `native-${name}-${process.pid}`;
        const bundle = kernelBundle(`${environment.folder}/native-${runtime}`, ["/sleeper"], {
          "/sleeper": sleeper,
          "/hello": hello,
          "/toolbox.wasm": fixture("toolbox"),
        });
        const verb = (...args: string[]) => [wrun, "--runtime-path", runtime, ...args];
        expect(silently(verb("run", "--detach", "--bundle", bundle, id)).code).toBe(0);
        expect(environment.run(verb("exec", id, "/hello"))).toMatchObject({ code: 7, stderr: "" });
        expect(environment.run(verb("exec", id, "/toolbox.wasm"))).toMatchObject({
          code: 1,
          stdout: "",
          stderr: expect.stringMatching(
            /^wrun: "\/toolbox\.wasm" is wasm, and this container has no engine.*\n$/,
          ),
        });
        const file = `${environment.folder}/process-${runtime}.json`;
        writeFileSync(file, JSON.stringify({ args: ["/toolbox.wasm"], cwd: "/", user: { uid: 0, gid: 0 } }));
        expect(environment.run(verb("exec", "--process", file, id)).code).toBe(1);
        // What comes through a pipe can be read once.
        writeFileSync(file, JSON.stringify({ args: ["/hello"], cwd: "/", user: { uid: 0, gid: 0 } }));
        const piped = ["sh", "-c", 'cat "$0" | "$@"', file, ...verb("exec", "--process", "/dev/stdin", id)];
        expect(environment.run(piped)).toMatchObject({ code: 7, stdout: "hello from native\n" });
        expect(environment.run(verb("delete", "--force", id)).code).toBe(0);
      });

      test("wrun exec ID COMMAND does the same, its --env wrapped", () => {
        const id = `wrun-${name}-${process.pid}`;
        const bundle = kernelBundle(`${environment.folder}/bundle-${runtime}`, ["/app.wasm", "sleep"], {
          "/app.wasm": fixture("toolbox"),
          "/hello": hello,
        });
        const verbOf = (...args: string[]) => [wrun, "--runtime-path", Bun.which(runtime) ?? "", ...args];
        const verb = (...args: string[]) => environment.run(verbOf(...args));
        expect(silently(verbOf("run", "--detach", "--bundle", bundle, id)).code).toBe(0);
        const ended = verb(
          "exec",
          "--env",
          "LD_PRELOAD=/x",
          "--env",
          "B=2",
          id,
          "/app.wasm",
          "env",
          ",",
          "exit",
          "3",
        );
        expect(ended).toMatchObject({ code: 3, stderr: "" });
        expect(ended.stdout).toContain("LD_PRELOAD=/x\n");
        expect(ended.stdout).toContain("B=2\n");
        expect(verb("exec", id, "/hello")).toMatchObject({ code: 7, stdout: "hello from native\n" });
        expect(verb("delete", "--force", id).code).toBe(0);
      });
    });
  }
}
