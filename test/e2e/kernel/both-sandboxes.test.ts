import { renameSync } from "node:fs";
import { afterAll, describe, expect, test } from "bun:test";
import { fixture, writeBundle } from "../../bundle.ts";
import { type Ended, wrun } from "../../wrun.ts";
import { kernelBundle } from "./bundle.ts";
import { lowLevelRuntimes, missing, openEnvironment } from "./environment.ts";

const lacked = [
  ["exec", "ls"],
  ["ps"],
  ["ps", "--format", "json"],
  ["pause"],
  ["resume"],
  ["update", "--memory", "1"],
  ["events", "--stats"],
  ["checkpoint"],
  ["mounts"],
] as const;

interface Listed {
  readonly id: string;
  readonly status: string;
}

if (missing === undefined) {
  const environment = await openEnvironment();
  for (const runtime of lowLevelRuntimes) {
    const root = `${environment.folder}/${runtime}-root`;
    const front = [wrun, "--runtime-path", runtime, "--root", root];
    const silently = (...argv: string[]): Ended =>
      environment.run(["sh", "-c", 'exec "$@" </dev/null >/dev/null 2>&1', "sh", ...argv]);
    const call = (...args: string[]): Ended => environment.run([...front, ...args]);
    const plain = (...args: string[]): Ended => environment.run([runtime, "--root", root, ...args]);
    const ok = (...args: string[]): string => {
      const ended = call(...args);
      expect(ended).toMatchObject({ code: 0, stderr: "" });
      return ended.stdout;
    };
    const bundle = kernelBundle(`${environment.folder}/${runtime}-kernel`, ["/app.wasm"], {
      "/app.wasm": fixture("hello"),
    });
    const own = writeBundle(`${environment.folder}/${runtime}-embedded`, { guest: "hello" });
    const embedded = (id: string): number | null =>
      silently(...front, "--sandbox", "embedded", "create", "--bundle", own, id).code;
    afterAll(() => {
      for (const id of ["of-kernel", "of-wrun", "earlier"]) silently(...front, "delete", "--force", id);
    });

    describe(`one root for containers of ${runtime} and embedded ones`, () => {
      test("wrun list shows both, in the runtime's format and with its rows as they are", () => {
        expect(silently(...front, "create", "--bundle", bundle, "of-kernel").code).toBe(0);
        expect(embedded("of-wrun")).toBe(0);
        for (const flags of [[], ["-q"], ["--quiet"], ["--format", "table"], ["-f", "table"]]) {
          const rows = plain("list", ...flags);
          const listed = ok("list", ...flags);
          expect(listed).toStartWith(rows.stdout);
          expect(listed.slice(rows.stdout.length)).toMatch(/^of-wrun( .*)?\n$/);
        }
        const rows = JSON.parse(plain("list", "--format", "json").stdout) as Listed[];
        const both = JSON.parse(ok("list", "--format=json")) as Listed[];
        expect(both.slice(0, -1)).toEqual(rows);
        expect(both.at(-1)).toMatchObject({ id: "of-wrun", status: "created", owner: "root" });
        expect(Object.keys(both.at(-1) ?? {})).toEqual(
          Object.keys(rows[0] ?? {}).filter((key) => key !== "annotations" || runtime === "runc"),
        );
      });

      test("--sandbox names the one or the other alone", () => {
        expect(ok("--sandbox", "embedded", "list", "-q")).toBe("of-wrun\n");
        expect(ok("--sandbox", "kernel", "list", "-q")).toBe("of-kernel\n");
      });

      test(`${runtime} itself lists its own, and is not disturbed`, () => {
        expect(plain("list", "-q")).toMatchObject({ code: 0, stdout: "of-kernel\n" });
      });

      test("what the runtime does not understand of a list, it says itself", () => {
        const told = (ended: Ended): Ended => ({
          ...ended,
          stderr: ended.stderr.replaceAll(/^time="[^"]*"/gm, ""),
        });
        expect(told(call("list", "--no-such-flag"))).toEqual(told(plain("list", "--no-such-flag")));
      });

      test("a verb finds its container, and one that the embedded sandbox lacks says what to do, in one line", () => {
        expect(JSON.parse(ok("state", "of-wrun"))).toMatchObject({ id: "of-wrun", status: "created" });
        expect(JSON.parse(ok("state", "of-kernel"))).toMatchObject({ id: "of-kernel", status: "created" });
        for (const [verb, ...more] of lacked) {
          const argv = verb === "exec" ? [verb, "of-wrun", ...more] : [verb, ...more, "of-wrun"];
          const ended = call(...argv);
          expect(ended).toMatchObject({ code: 1, stdout: "" });
          expect(ended.stderr).toMatch(
            new RegExp(
              `^wrun: ${verb}: container "of-wrun" is in the embedded sandbox, which has no ${verb}: .*--sandbox kernel.*\\n$`,
            ),
          );
        }
        expect(call("ps", "of-kernel").code).toBe(plain("ps", "of-kernel").code);
        expect(call("exec", "none", "ls").stderr).not.toContain("embedded");
      });

      test("a name is one container's, in whichever sandbox", () => {
        expect(call("create", "--bundle", bundle, "of-wrun")).toMatchObject({
          code: 1,
          stderr: 'wrun: container "of-wrun" already exists: it is in the embedded sandbox\n',
        });
        expect(call("--sandbox", "embedded", "create", "--bundle", own, "of-kernel")).toMatchObject({
          code: 1,
          stderr: 'wrun: container "of-kernel" already exists: it is in the kernel sandbox\n',
        });
        expect(JSON.parse(ok("state", "of-kernel"))).toMatchObject({ status: "created" });
      });

      test("an embedded container that stands in the root itself, as they did before, is found there", () => {
        expect(embedded("earlier")).toBe(0);
        renameSync(`${root}/.wrun/earlier`, `${root}/earlier`);
        expect(JSON.parse(ok("state", "earlier"))).toMatchObject({ id: "earlier" });
        expect(ok("--sandbox", "embedded", "list", "-q")).toBe("of-wrun\nearlier\n");
        expect(call("--sandbox", "embedded", "create", "--bundle", own, "earlier").stderr).toBe(
          'wrun: container "earlier" already exists\n',
        );
        expect(call("pause", "earlier").stderr).toContain("embedded sandbox");
        expect(ok("delete", "--force", "earlier")).toBe("");
        expect(ok("delete", "--force", "of-wrun")).toBe("");
        expect(ok("list")).toBe(plain("list").stdout);
      });

      test("a host that has only embedded containers needs no low-level runtime to list them", () => {
        expect(embedded("of-wrun")).toBe(0);
        const ended = environment.run([
          "sh",
          "-c",
          'PATH=/none exec "$@"',
          "sh",
          wrun,
          "--root",
          root,
          "list",
        ]);
        expect(ended).toMatchObject({ code: 0, stderr: "" });
        expect(ended.stdout).toMatch(/^NAME +PID .*\nof-wrun /);
      });
    });
  }
}
