import { readFileSync } from "node:fs";
import { describe, expect, test } from "bun:test";
import { fixture, hasFixture } from "../../bundle.ts";
import { type Ended, wrun } from "../../wrun.ts";
import { kernelBundle } from "./bundle.ts";
import { lowLevelRuntimes, missing, openEnvironment } from "./environment.ts";
import { nativeHello } from "./images.ts";

// cgroup v2 alone, as distributions have it, whatever this machine has: in a mount namespace for each call. Its
// controllers may be v1's here, so no limit is set; making, joining and freezing a cgroup needs none.
const onlyV2 = `umount --recursive /sys/fs/cgroup 2>/dev/null
mount -t cgroup2 cgroup2 /sys/fs/cgroup || exit 99
exec "$@" </dev/null >"$OUT" 2>&1`;

const environment = missing === undefined ? await openEnvironment() : undefined;
const run = (...command: string[]): Ended => {
  if (environment === undefined) throw new Error("unreachable");
  const output = `${environment.folder}/output`;
  const inside = ["unshare", "--mount", "--propagation", "private", "sh", "-c", onlyV2, "sh", ...command];
  const ended = environment.run(inside, { env: { OUT: output } });
  return { ...ended, stdout: readFileSync(output, "utf8") };
};
const canMount = environment !== undefined && run("true").code === 0;
if (!canMount) console.log("tests of cgroup v2 are skipped: it cannot be mounted alone here");

if (environment !== undefined && canMount && hasFixture("toolbox"))
  for (const runtime of lowLevelRuntimes)
    describe(`with cgroup v2 alone, on ${runtime}`, () => {
      const folder = `${environment.folder}/${runtime}`;
      const files = { "/app.wasm": fixture("toolbox"), "/hello": nativeHello(environment) };
      const bundle = (...args: string[]) => kernelBundle(folder, args, files);
      const verb = (...args: string[]) => run(wrun, "--runtime-path", runtime, ...args);
      const id = `v2-${runtime}-${process.pid}`;
      const state = (): { readonly status: string; readonly pid: number } =>
        JSON.parse(verb("state", id).stdout) as { status: string; pid: number };

      test("a native program and a guest run", () => {
        expect(verb("run", "--bundle", bundle("/hello"), id)).toMatchObject({
          code: 7,
          stdout: "hello from native\n",
        });
        expect(verb("run", "--bundle", bundle("/app.wasm", "echo", "hello"), id)).toMatchObject({
          code: 0,
          stdout: "hello\n",
        });
      });

      test("a guest is put into a cgroup of its own, paused, resumed, joined and removed", () => {
        expect(verb("run", "--detach", "--bundle", bundle("/app.wasm", "sleep"), id).code).toBe(0);
        expect(readFileSync(`/proc/${state().pid}/cgroup`, "utf8")).toMatch(new RegExp(`^0::/.*${id}`, "m"));
        expect(verb("pause", id).code).toBe(0);
        expect(state().status).toBe("paused");
        expect(verb("resume", id).code).toBe(0);
        expect(verb("exec", id, "/app.wasm", "echo", "joined")).toMatchObject({
          code: 0,
          stdout: "joined\n",
        });
        expect(verb("delete", "--force", id).code).toBe(0);
        expect(verb("state", id).code).toBe(1);
      });
    });
