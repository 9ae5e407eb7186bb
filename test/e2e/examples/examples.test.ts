import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "bun:test";
import { hasFixture } from "../../bundle.ts";
import { lowLevelRuntimes, missing, openEnvironment } from "../kernel/environment.ts";
import { run, temporaryDirectory, wrun } from "../../wrun.ts";
import { hangTimeoutMs, until } from "../../until.ts";

const root = new URL("../../..", import.meta.url).pathname;
// What compiles the fixtures compiles these.
const withC = hasFixture("toolbox");

/** An example, compiled and packed; its archive. */
function packed(folder: string, name: string): string {
  const flags = ["--target=wasm32-wasi", "--sysroot=/usr", "-O2", "-Wall", "-Werror"];
  const compiled = run([
    "clang",
    ...flags,
    `${root}examples/${name}/${name}.c`,
    "-o",
    `${folder}/${name}.wasm`,
  ]);
  expect(compiled).toMatchObject({ code: 0, stderr: "" });
  const archive = `${folder}/${name}.tar`;
  const ended = run([wrun, "image", "pack", `${folder}/${name}.wasm`, "-t", `${name}:1`, "-o", archive]);
  expect(ended).toMatchObject({ code: 0, stderr: "" });
  return archive;
}

describe.skipIf(!withC)("an example without an engine", () => {
  const folder = withC ? temporaryDirectory() : "";

  test("hello tells its arguments", () => {
    expect(run([wrun, "image", "run", packed(folder, "hello"), "--", "a", "b c"])).toMatchObject({
      code: 0,
      stdout: "hello from wasm on wrun\nargument 1: a\nargument 2: b c\n",
    });
  });

  test("tally counts what it may touch, and nothing else", () => {
    packed(folder, "tally");
    mkdirSync(`${folder}/texts`);
    writeFileSync(`${folder}/texts/one`, "one two\nthree\n");
    const tally = (...args: string[]) =>
      run([
        wrun,
        "wasm",
        "--dir",
        `${folder}/texts::/t`,
        "--env",
        "TALLY_OUT=/t/total",
        `${folder}/tally.wasm`,
        ...args,
      ]);
    expect(tally("/t/one")).toMatchObject({ code: 0, stdout: "       2        3       14 /t/one\n" });
    expect(readFileSync(`${folder}/texts/total`, "utf8")).toBe("       2        3       14 total\n");
    expect(tally("/etc/passwd")).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("tally: /etc/passwd: "),
    });
  });

  test("web says what it lacks without a socket", () => {
    packed(folder, "web");
    expect(run([wrun, "wasm", `${folder}/web.wasm`])).toMatchObject({
      code: 1,
      stderr: "web: no listening socket: set WRUN_LISTEN=tcp:0.0.0.0:8080\n",
    });
  });
});

if (missing === undefined && withC) {
  const environment = await openEnvironment();
  const archive = packed(environment.folder, "web");
  environment.run(["podman", "load", "--input", archive]);

  for (const runtime of lowLevelRuntimes)
    describe(`the web server under podman on ${runtime}`, () => {
      const podman = (...args: string[]) =>
        environment.run(["podman", "--runtime", `wrun-${runtime}`, ...args]);

      test("listens in its container's network alone, answers, and ends at once", async () => {
        const name = `web-${runtime}`;
        const listen = "WRUN_LISTEN=tcp:127.0.0.1:8080,tcp:[::1]:8081";
        const flags = ["--detach", "--hostname", "box", "--env", listen, "--user", "65532:65532"];
        expect(podman("run", ...flags, "--name", name, "web:1")).toMatchObject({ code: 0 });
        const pid = podman("inspect", "--format", "{{.State.Pid}}", name).stdout.trim();
        const request = 'exec 3<>/dev/tcp/$1/$2 && printf "GET %s HTTP/1.1\\r\\n\\r\\n" "$3" >&3 && cat <&3';
        const get = (address: string, port: number, path: string): string =>
          run([
            "nsenter",
            "--target",
            pid,
            "--net",
            "bash",
            "-c",
            request,
            "bash",
            address,
            String(port),
            path,
          ]).stdout;
        await until("the guest listens", () => get("127.0.0.1", 8080, "/healthz").endsWith("\r\n\r\nok\n"));
        expect(get("127.0.0.1", 8080, "/")).toMatch(
          /^HTTP\/1.1 200 OK\r\n[^]*hello from wasm on box, request \d+\n$/,
        );
        expect(get("::1", 8081, "/none")).toStartWith("HTTP/1.1 404 Not Found\r\n");
        podman("stop", "--time", `${hangTimeoutMs / 1000}`, name);
        // 128 + SIGTERM: it was not killed for its not ending.
        expect(podman("inspect", "--format", "{{.State.ExitCode}}", name).stdout).toBe("143\n");
        podman("rm", "--force", name);
      });

      test("is not started for an address that is none", () => {
        const ended = podman("run", "--rm", "--env", "WRUN_LISTEN=unix:/run/x", "web:1");
        expect(ended.code).not.toBe(0);
        expect(ended.stderr).toContain('WRUN_LISTEN: "unix:/run/x" is no address');
      });
    });
}
