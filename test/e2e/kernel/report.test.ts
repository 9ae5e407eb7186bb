import { readFileSync, statSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "bun:test";
import { fixture, hasFixture } from "../../bundle.ts";
import { wrun } from "../../wrun.ts";
import { config, kernelBundle } from "./bundle.ts";
import { lowLevelRuntimes, missing, openEnvironment } from "./environment.ts";

const skipped = missing ?? (hasFixture("toolbox") ? undefined : "no toolchain for guests in C");

if (skipped === undefined) {
  const environment = await openEnvironment();
  const life = [
    expect.stringMatching(/^\{"report":"loaded","compileMs":[\d.]+\}$/),
    '{"report":"started"}',
  ] as string[];

  // Who the guest is, to the container and to the host.
  const mapping = [{ containerID: 0, hostID: 200_000, size: 65_536 }];
  const people = {
    root: { changes: {}, owner: 0 },
    "user 1000": { changes: { uid: 1000 }, owner: 1000 },
    "user 1000 of a user namespace": { changes: { uid: 1000, mapping }, owner: 201_000 },
  } as const;

  for (const runtime of lowLevelRuntimes) {
    const call = (...args: string[]) => environment.run([wrun, "--runtime-path", runtime, ...args]);
    const bundleOf = (name: string, args: readonly string[], changes: Changes = {}): string => {
      const bundle = kernelBundle(`${environment.folder}/${name}-${runtime}`, args, {
        "/toolbox.wasm": fixture("toolbox"),
      });
      writeFileSync(`${bundle}/config.json`, JSON.stringify(changed(args, changes)));
      return bundle;
    };
    const reports = (bundle: string): string[] =>
      readFileSync(`${bundle}/wrun.report`, "utf8").trimEnd().split("\n");

    describe(`wrun.report on ${runtime}`, () => {
      for (const [who, { changes, owner }] of Object.entries(people)) {
        test(`tells how the guest of ${who} ended, and is theirs alone`, () => {
          const bundle = bundleOf("exit", ["/toolbox.wasm", "exit", "42"], changes);
          environment.run(["chmod", "-R", "a+rX", environment.folder]);
          const root = "mapping" in changes ? mapping[0]?.hostID : 0;
          environment.run(["chown", "-R", `${root}:${root}`, `${bundle}/rootfs`]);
          const ended = call("run", "--bundle", bundle, `report-${runtime}-${process.pid}`);
          expect(ended).toMatchObject({ code: 42, stderr: "" });
          expect(reports(bundle)).toEqual([...life, '{"report":"exited","code":42}']);
          const { uid, mode } = statSync(`${bundle}/wrun.report`);
          expect({ uid, mode: mode & 0o777 }).toEqual({ uid: owner, mode: 0o600 });
        });
      }

      test("tells a trap from a signal and from a guest that never ran, each run in a file of its own", () => {
        const id = `report-${runtime}-${process.pid}`;
        const trapping = bundleOf("trap", ["/toolbox.wasm", "abort"]);
        for (const _ of [1, 2]) {
          expect(call("run", "--bundle", trapping, id).code).toBe(134);
          expect(reports(trapping)).toHaveLength(3);
          expect(JSON.parse(reports(trapping)[2] ?? "")).toMatchObject({ report: "trapped" });
        }
        const missingGuest = bundleOf("missing", ["/nothing.wasm"], { annotation: "wasm" });
        expect(call("run", "--bundle", missingGuest, id).code).toBe(127);
        expect(reports(missingGuest)).toEqual([expect.stringContaining('"failed","code":127')]);
      });

      test("tells the signal that ended a guest", () => {
        const id = `report-signal-${runtime}-${process.pid}`;
        const bundle = bundleOf("signal", ["/toolbox.wasm", "sleep"]);
        const silently = 'exec "$@" </dev/null >/dev/null 2>&1';
        const started = [wrun, "--runtime-path", runtime, "run", "--detach", "--bundle", bundle, id];
        expect(environment.run(["sh", "-c", silently, "sh", ...started]).code).toBe(0);
        const line = (count: number) =>
          `until [ $(wc -l <${bundle}/wrun.report) = ${count} ]; do sleep 0.02; done`;
        environment.run(["sh", "-c", line(2)]);
        expect(call("kill", id, "TERM").code).toBe(0);
        environment.run(["sh", "-c", line(3)]);
        expect(reports(bundle)).toEqual([...life, '{"report":"signalled","signal":15}']);
        expect(call("delete", "--force", id).code).toBe(0);
      });

      test("is out of the guest's reach", () => {
        const at = "/dev/.wrun/status";
        const bundle = bundleOf("reach", ["/toolbox.wasm", "write", at, "x", ",", "cat", at]);
        const ended = call("run", "--bundle", bundle, `report-reach-${runtime}-${process.pid}`);
        expect(ended.stdout).toBe(`${at}: No such file or directory\n`.repeat(2));
        expect(reports(bundle)).toEqual([...life, '{"report":"exited","code":1}']);
      });
    });
  }
}

interface Changes {
  readonly uid?: number;
  readonly mapping?: readonly object[];
  readonly annotation?: string;
}

function changed(args: readonly string[], { uid = 0, mapping, annotation }: Changes): object {
  const { linux, process } = config;
  const namespaces = [...linux.namespaces, ...(mapping === undefined ? [] : [{ type: "user" }])];
  const mappings = mapping === undefined ? {} : { uidMappings: mapping, gidMappings: mapping };
  return {
    ...config,
    process: { ...process, args, user: { uid, gid: uid } },
    linux: { ...linux, namespaces, ...mappings },
    ...(annotation === undefined ? {} : { annotations: { "run.oci.handler": annotation } }),
  };
}
