import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "bun:test";
import type { VerbRecord } from "../../../shim/events/record.ts";
import { fixture, hasFixture, nativeFixture } from "../../bundle.ts";
import { type Ended, wrun } from "../../wrun.ts";
import { until } from "../containers.ts";
import { config, kernelBundle } from "./bundle.ts";
import { lowLevelRuntimes, missing, openEnvironment } from "./environment.ts";

const skipped = missing ?? (hasFixture("toolbox") ? undefined : "no toolchain for guests in C");
/** As shim/task/guest-reports.ts and native/launcher/reports.c bound it. */
const maxReports = 64 * 1024;

if (skipped === undefined) {
  const environment = await openEnvironment();

  // Who the guest is, to the container and to the host.
  const mapping = [{ containerID: 0, hostID: 200_000, size: 65_536 }];
  const people = {
    root: {},
    "user 1000": { uid: 1000 },
    "user 1000 of a user namespace": { uid: 1000, mapping },
  } as const;

  for (const runtime of lowLevelRuntimes) {
    const socket = `${environment.folder}/${runtime}.sock`;
    const spool = `${socket}@spool`;
    const command = (...args: string[]): string[] => [
      "env",
      `WRUN_EVENTS=unix://${socket}`,
      wrun,
      "--runtime-path",
      runtime,
      ...args,
    ];
    const call = (...args: string[]): Ended => environment.run(command(...args));
    // Output goes nowhere: a container that lives on would keep a pipe of ours open.
    const silently = (...args: string[]): Ended =>
      environment.run(["sh", "-c", 'exec "$@" </dev/null >/dev/null 2>&1', "sh", ...command(...args)]);
    const bundleOf = (name: string, args: readonly string[], changes: Changes = {}): string => {
      const bundle = kernelBundle(`${environment.folder}/${name}-${runtime}`, args, {
        "/toolbox.wasm": fixture("toolbox"),
        "/forge": nativeFixture("forge"),
      });
      writeFileSync(`${bundle}/config.json`, JSON.stringify(changed(args, changes)));
      return bundle;
    };
    const idOf = (name: string): string => `report-${name}-${runtime}-${process.pid}`;
    const record = (verb: string, id: string): VerbRecord | undefined =>
      readFileSync(`${spool}/log`, "utf8")
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line) as VerbRecord)
        .findLast(
          (each) =>
            each.kind === "verb" && each.verb === verb && (verb !== "run" || each.container?.id === id),
        );
    const reportsOf = (found: VerbRecord | undefined): unknown[] =>
      (found?.report ?? "")
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line) as unknown);
    const life = [
      { report: "loaded", compileMs: expect.any(Number) as number },
      expect.objectContaining({ report: "described" }),
      { report: "started" },
    ];

    describe(`an engine's reports on ${runtime}`, () => {
      for (const [index, [who, changes]] of Object.entries(people).entries()) {
        test(`say how the guest of ${who} ended, and the bundle gets no file of them`, () => {
          const bundle = bundleOf(`exit-${index}`, ["/toolbox.wasm", "exit", "42"], changes);
          environment.run(["chmod", "-R", "a+rX", environment.folder]);
          const root = "mapping" in changes ? mapping[0]?.hostID : 0;
          environment.run(["chown", "-R", `${root}:${root}`, `${bundle}/rootfs`]);
          const before = readFileSync(`${bundle}/config.json`, "utf8");
          const id = idOf(`exit-${index}`);
          expect(call("run", "--bundle", bundle, id)).toMatchObject({ code: 42, stderr: "" });
          expect(reportsOf(record("run", id))).toEqual([...life, { report: "exited", code: 42 }]);
          expect(readFileSync(`${bundle}/config.json`, "utf8")).toBe(before);
          expect(
            readdirSync(bundle)
              .filter((name) => name !== ".wrun")
              .toSorted(),
          ).toEqual(["config.json", "rootfs"]);
          expect(readdirSync(`${spool}/reports`)).toEqual([]);
        });
      }

      test("tell a trap from a guest that never ran", () => {
        const id = idOf("trap");
        const trapping = bundleOf("trap", ["/toolbox.wasm", "abort"]);
        for (const _ of [1, 2]) {
          expect(call("run", "--bundle", trapping, id).code).toBe(134);
          expect(reportsOf(record("run", id))).toEqual([
            ...life,
            expect.objectContaining({ report: "trapped" }),
          ]);
        }
        const missingGuest = bundleOf("missing", ["/nothing.wasm"], { annotation: "wasm" });
        expect(call("run", "--bundle", missingGuest, id).code).toBe(127);
        expect(reportsOf(record("run", id))).toEqual([
          expect.objectContaining({ report: "failed", code: 127 }),
        ]);
      });

      test("arrive as they are sent, outlive the verb that created the container, and go with it", async () => {
        const id = idOf("signal");
        const bundle = bundleOf("signal", ["/toolbox.wasm", "sleep"]);
        expect(silently("create", "--bundle", bundle, id).code).toBe(0);
        const file = record("create", id)?.container?.report ?? "";
        expect(file).toStartWith(`${spool}/reports/`);
        expect(statSync(file).mode & 0o777).toBe(0o600);
        expect(silently("start", id).code).toBe(0);
        await until("the guest has started", () =>
          readFileSync(file, "utf8").includes('{"report":"started"}'),
        );
        expect(call("kill", id, "TERM").code).toBe(0);
        await until("the end is reported", () =>
          readFileSync(file, "utf8").includes('{"report":"signalled","signal":15}'),
        );
        expect(silently("delete", "--force", id).code).toBe(0);
        expect(reportsOf(record("delete", id))).toEqual([...life, { report: "signalled", signal: 15 }]);
        expect(existsSync(file)).toBe(false);
      });

      for (const uid of [0, 1000])
        test(`cannot be written by another process of user ${uid} in the container, nor fill a disk`, async () => {
          const id = idOf(`forge-${uid}`);
          const bundle = bundleOf(`forge-${uid}`, ["/toolbox.wasm", "sleep"], { uid });
          environment.run(["chmod", "-R", "a+rX", environment.folder]);
          expect(silently("create", "--bundle", bundle, id).code).toBe(0);
          const file = record("create", id)?.container?.report ?? "";
          expect(silently("start", id).code).toBe(0);
          await until("the guest has started", () =>
            readFileSync(file, "utf8").includes('{"report":"started"}'),
          );
          const lie = `${JSON.stringify({ report: "exited", code: 0 })}\n`;
          const forged = call("exec", "--user", `${uid}:${uid}`, id, "/forge", lie, "50000");
          expect(forged.code).toBe(0);
          expect(forged.stdout).toContain("status file: none, written by name: 0,");
          expect(statSync(file).size).toBeLessThan(maxReports);
          expect(readFileSync(file, "utf8")).not.toContain('"exited"');
          environment.run(command("kill", id, "KILL"));
          expect(silently("delete", "--force", id).code).toBe(0);
          expect(record("delete", id)?.report).not.toContain('"exited"');
          for (const folder of [bundle, environment.folder])
            expect(readdirSync(folder).filter((name) => name.includes("report"))).toEqual([]);
        });

      test("are out of the guest's reach", () => {
        const id = idOf("reach");
        const names = ["/dev/.wrun/status", "/.wrun/status", "/dev/fd/3", "/proc/self/fd/3"];
        const bundle = bundleOf("reach", [
          "/toolbox.wasm",
          ...names.flatMap((name) => ["write", name, "x", ","]),
          "exit",
          "0",
        ]);
        const ended = call("run", "--bundle", bundle, id);
        expect(ended.stdout.trimEnd().split("\n")).toEqual(
          names.map((name) => `${name}: No such file or directory`),
        );
        expect(reportsOf(record("run", id)).slice(0, 3)).toEqual(life);
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
