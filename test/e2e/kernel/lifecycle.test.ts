import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "bun:test";
import { fixture, hasFixture } from "../../bundle.ts";
import { until } from "../../until.ts";
import { type Ended, run, wrun } from "../../wrun.ts";
import { config, kernelBundle } from "./bundle.ts";
import { lowLevelRuntimes, missing, openEnvironment } from "./environment.ts";
import { nativeHello, staticProgram } from "./images.ts";

const skipped = missing ?? (hasFixture("toolbox") ? undefined : "no toolchain for guests in C");
const moments = [
  "prestart",
  "createRuntime",
  "createContainer",
  "startContainer",
  "poststart",
  "poststop",
] as const;

// Tells which hook it is, and the status in the state that it is given: `hook MOMENT FILE`.
const hookSource = `
#include <stdio.h>
#include <string.h>
int main(int argc, char **argv) {
  char state[65536] = {0};
  fread(state, 1, sizeof state - 1, stdin);
  char *status = strstr(state, "\\"status\\":");
  status = status == NULL ? "none" : status + strlen("\\"status\\":") + strspn(status + strlen("\\"status\\":"), " \\"");
  FILE *file = fopen(argv[2], "a");
  if (argc != 3 || file == NULL) return 1;
  fprintf(file, "%s %.*s\\n", argv[1], (int)strcspn(status, "\\""), status);
  return fclose(file) == 0 ? 0 : 1;
}`;

const sleeperSource = `
#include <unistd.h>
int main(void) { for (;;) pause(); }`;

/** What a caller sees of one verb. */
type Seen = Pick<Ended, "code"> & { readonly said: string };

if (skipped === undefined) {
  const environment = await openEnvironment();
  const hello = nativeHello(environment);
  const sleeper = staticProgram(environment, "sleeper", sleeperSource);
  const hook = staticProgram(environment, "hook", hookSource);
  let calls = 0;

  for (const runtime of lowLevelRuntimes) {
    const path = Bun.which(runtime) ?? "";
    const fronts = { plain: [path], wrun: [wrun, "--runtime-path", path] };

    // Output goes to a file: a container that lives on would keep a pipe of ours open.
    const call = (front: keyof typeof fronts, ...args: string[]): Seen => {
      const output = `${environment.folder}/output-${calls++}`;
      const script = 'exec "$@" </dev/null >"$OUT" 2>&1';
      const { code } = environment.run(["sh", "-c", script, "sh", ...fronts[front], ...args], {
        env: { OUT: output },
      });
      return { code, said: readFileSync(output, "utf8") };
    };

    const life = async (front: keyof typeof fronts, bundle: string): Promise<Seen[]> => {
      const id = `life-${front}-${runtime}-${process.pid}`;
      const calls = [
        ["create", "--bundle", bundle, id],
        ["state", id],
        ["create", "--bundle", bundle, id],
        ["start", id],
        ["state", id],
        ["delete", id],
        ["kill", id, "KILL"],
        ["state", id],
        ["delete", "--force", id],
        ["state", id],
        ["start", id],
      ];
      const seen: Seen[] = [];
      for (const args of calls) {
        seen.push(anonymous(call(front, ...args), front, bundle));
        const runs = (): boolean => call(front, "state", id).said.includes('"running"');
        if (args[0] === "kill") await until(`${id} has ended`, () => !runs());
      }
      return seen;
    };

    describe(`the life of a container on ${runtime}`, () => {
      test("wrun answers every verb for a native container as the runtime itself does", async () => {
        const files = { "/sleeper": sleeper };
        const plain = await life("plain", kernelBundle(`${environment.folder}/plain`, ["/sleeper"], files));
        const ours = await life("wrun", kernelBundle(`${environment.folder}/wrun`, ["/sleeper"], files));
        expect(ours).toEqual(plain);
      });

      test("a native bundle is not touched", () => {
        const bundle = kernelBundle(`${environment.folder}/untouched`, ["/hello"], { "/hello": hello });
        const before = readFileSync(`${bundle}/config.json`, "utf8");
        expect(call("wrun", "run", "--bundle", bundle, `native-${runtime}-${process.pid}`)).toEqual({
          code: 7,
          said: "hello from native\n",
        });
        expect(readFileSync(`${bundle}/config.json`, "utf8")).toBe(before);
        expect(readdirSync(bundle).toSorted()).toEqual(["config.json", "rootfs"]);
      });

      test("a guest is created, started, killed and deleted, and its code runs at start, not before", () => {
        const id = `guest-${runtime}-${process.pid}`;
        const args = ["/app.wasm", "write", "/ran", "yes", ",", "sleep"];
        const bundle = kernelBundle(`${environment.folder}/guest`, args, { "/app.wasm": fixture("toolbox") });
        const status = () => (JSON.parse(call("wrun", "state", id).said) as { status: string }).status;
        expect(call("wrun", "create", "--bundle", bundle, id)).toEqual({ code: 0, said: "" });
        expect(status()).toBe("created");
        expect(readdirSync(`${bundle}/rootfs`)).not.toContain("ran");
        expect(call("wrun", "start", id).code).toBe(0);
        expect(status()).toBe("running");
        expect(call("wrun", "kill", id, "KILL").code).toBe(0);
        expect(call("wrun", "delete", "--force", id).code).toBe(0);
        expect(call("wrun", "state", id).code).not.toBe(0);
      });

      test("hooks of all kinds run in order, with the state on standard input", () => {
        const order = (front: keyof typeof fronts, args: readonly string[]): string[] => {
          const files = { "/app.wasm": fixture("hello"), "/hello": hello, "/hook": hook };
          const bundle = kernelBundle(`${environment.folder}/hooks-${front}-${runtime}`, args, files);
          writeFileSync(`${bundle}/config.json`, JSON.stringify(withHooks(bundle, { args, hook })));
          call(front, "run", "--bundle", bundle, `hooks-${front}-${runtime}-${process.pid}`);
          return readFileSync(`${bundle}/rootfs/order`, "utf8").trim().split("\n");
        };
        const plain = order("plain", ["/hello"]);
        expect(new Set(plain.map((line) => line.split(" ")[0] ?? ""))).toEqual(new Set(moments));
        const guest = order("wrun", ["/app.wasm"]);
        expect(new Set(guest)).toEqual(new Set(plain));
        // crun runs startContainer in the container and poststart outside at the same time.
        const outside = (lines: readonly string[]) =>
          lines.filter((line) => !line.startsWith("startContainer"));
        expect(outside(guest)).toEqual(outside(plain));
      });

      test("a hundred containers one after another leave nothing behind", () => {
        const bundle = kernelBundle(`${environment.folder}/hundred`, ["/app.wasm"], {
          "/app.wasm": fixture("hello"),
        });
        const before = left(runtime);
        for (let i = 0; i < 100; i++)
          expect(call("wrun", "run", "--bundle", bundle, `hundred-${i}-${runtime}-${process.pid}`)).toEqual({
            code: 0,
            said: "hello\n",
          });
        expect(left(runtime)).toEqual(before);
        const others = readdirSync(bundle).filter((name) => name !== "config.json" && name !== "rootfs");
        expect(others).toEqual(runtime === "runc" ? [".wrun"] : []);
        // Each container removes what those before it have left.
        if (runtime === "runc") expect(readdirSync(`${bundle}/.wrun`)).toHaveLength(1);
      });
    });
  }
}

// A startContainer hook is a program of the container's, run inside it.
function withHooks(
  bundle: string,
  { args, hook }: { readonly args: readonly string[]; readonly hook: string },
): object {
  const hooks = moments.map((moment) => {
    const [path, file] = moment === "startContainer" ? ["/hook", "/order"] : [hook, `${bundle}/rootfs/order`];
    return [moment, [{ path, args: ["hook", moment, file] }]];
  });
  return { ...config, process: { ...config.process, args }, hooks: Object.fromEntries(hooks) };
}

function anonymous({ code, said }: Seen, front: string, bundle: string): Seen {
  const text = said
    .replaceAll(`life-${front}-`, "life-")
    .replaceAll(bundle, "BUNDLE")
    .replace(/"pid": ?[1-9]\d*/g, '"pid": N')
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "TIME");
  return { code, said: text };
}

/** What containers could leave on the machine: state, cgroups, mounts. */
function left(runtime: string): Record<string, unknown> {
  const own = new RegExp(`-${process.pid}(?!\\d)`);
  const ours = (names: readonly string[]) => names.filter((name) => own.test(name));
  // find goes on where a cgroup of another test vanishes meanwhile.
  const { stdout } = run(["find", "/sys/fs/cgroup", "-name", `*-${process.pid}*`]);
  return {
    state: ours(readdirSync(`/run/${runtime}`)),
    cgroups: ours(stdout.split("\n")),
    mounts: ours(readFileSync("/proc/self/mountinfo", "utf8").split("\n")),
  };
}
