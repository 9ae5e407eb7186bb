import { describe, expect, test } from "bun:test";
import { fixture, hasFixture } from "../../bundle.ts";
import { lowLevelRuntimes, missing, openEnvironment } from "./environment.ts";
import { buildImage } from "./images.ts";

const skipped = missing ?? (hasFixture("toolbox") ? undefined : "no toolchain for guests in C");

// Who a guest is, and in which sandbox.
if (skipped === undefined) {
  const environment = await openEnvironment();
  const users = "root:x:0:0::/root:/bin/sh\napp:x:1000:1000::/srv/app:/bin/sh\n";
  const image = buildImage(environment, {
    name: "people",
    files: { "/toolbox.wasm": { from: fixture("toolbox") }, "/etc/passwd": { text: users } },
    entrypoint: ["/toolbox.wasm"],
  });
  const mapped = ["--uidmap", "0:200000:65536", "--gidmap", "0:200000:65536"];

  for (const runtime of lowLevelRuntimes) {
    const podman = (...args: string[]) =>
      environment.run(["podman", "--runtime", `wrun-${runtime}`, ...args]);
    const once = (...args: string[]) => podman("run", "--rm", ...args);

    describe(`podman on wrun on ${runtime}`, () => {
      for (const [flags, home] of [
        [[], "/root"],
        [["--user", "app"], "/srv/app"],
        [["--user", "1000:1000"], "/srv/app"],
        [["--user", "77"], "/"],
        [["--env", "HOME=/mine"], "/mine"],
      ] as const)
        test(`gives the guest of podman run ${flags.join(" ")} the HOME ${home}`, () => {
          expect(once(...flags, image, "env").stdout.split("\n")).toContain(`HOME=${home}`);
        });

      test("runs guests in a user namespace, as its root and as another user", () => {
        const write = [image, "write", "/x", "1", ",", "cat", "/x"];
        expect(once(...mapped, ...write)).toMatchObject({ code: 0, stdout: "wrote /x\n1", stderr: "" });
        const other = once(...mapped, "--user", "1000", ...write).stdout;
        expect(other).toBe("/x: Permission denied\n/x: No such file or directory\n");
      });

      test("shows the devices of a privileged container to no guest", () => {
        const { stdout } = once(
          "--privileged",
          image,
          "ls",
          "/dev",
          ",",
          "cat",
          "/dev/kmsg",
          ",",
          "ls",
          "/proc",
        );
        expect(stdout).toMatch(/^full null random tty urandom zero\n\/dev\/kmsg: .*\n\/proc: No such .*\n$/);
      });

      test("runs and lists guests whose image calls itself wasi/wasm", () => {
        const context = `${environment.folder}/context-people`;
        const built = [
          "buildah",
          "build",
          "--quiet",
          "--platform",
          "wasi/wasm",
          "--tag",
          "localhost/wasi",
          context,
        ];
        expect(environment.run(built).code).toBe(0);
        const ended = once("--platform", "wasi/wasm", "localhost/wasi", "echo", "from wasi/wasm");
        expect(ended).toMatchObject({ code: 0, stdout: "from wasi/wasm\n" });
      });

      // A terminal answers with \r\n; `script` sends a ^D, which it echoes.
      test("gives run and exec a terminal where it is asked for, and none where it is not", () => {
        const name = `terminal-${runtime}`;
        expect(podman("run", "--detach", "--name", name, image, "sleep").code).toBe(0);
        const inTerminal = (words: string): string => {
          const command = `podman --runtime wrun-${runtime} ${words}`;
          const script = ["script", "--quiet", "--return", "--command", command, "/dev/null"];
          return environment.run(script).stdout;
        };
        expect(inTerminal(`run --rm -it ${image} tty`)).toEndWith("111\r\n");
        expect(inTerminal(`run --rm -it ${image} write /dev/stdout shown`)).toContain(
          "shownwrote /dev/stdout\r\n",
        );
        expect(inTerminal(`exec -it ${name} /toolbox.wasm tty`)).toEndWith("111\r\n");
        expect(inTerminal(`run --rm -i ${image} tty`)).toEndWith("000\r\n");
        podman("rm", "--force", "--time", "0", name);
      });

      test("passes standard input on to the guest of an exec, to its end", () => {
        const name = `input-${runtime}`;
        expect(podman("run", "--detach", "--name", name, image, "sleep").code).toBe(0);
        const command = [
          "podman",
          "--runtime",
          `wrun-${runtime}`,
          "exec",
          "-i",
          name,
          "/toolbox.wasm",
          "cat",
          "-",
        ];
        const ended = environment.run(command, { stdin: "one\ntwo" });
        expect(ended).toMatchObject({ code: 0, stdout: "one\ntwo" });
        podman("rm", "--force", "--time", "0", name);
      });
    });
  }

  test("podman on wrun on crun runs guests without cgroups", () => {
    const ended = environment.run([
      "podman",
      "--runtime",
      "wrun-crun",
      "run",
      "--rm",
      "--cgroups=disabled",
      image,
      "echo",
      "up",
    ]);
    expect(ended).toMatchObject({ code: 0, stdout: "up\n", stderr: "" });
  });
}
