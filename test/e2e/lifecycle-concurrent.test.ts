import { closeSync, existsSync, openSync, readFileSync, rmSync } from "node:fs";
import { afterAll, expect, test } from "bun:test";
import { writeBundle } from "../bundle.ts";
import { temporaryDirectory } from "../wrun.ts";
import { Containers, until } from "./containers.ts";

const place = temporaryDirectory();
const containers = new Containers(`${place}/state`);
const sleeper = writeBundle(`${place}/sleeper`, { guest: "mark-and-sleep" });
const marker = `${sleeper}/rootfs/marker`;

afterAll(() => containers.clean());

async function all(
  commands: readonly (readonly string[])[],
): Promise<{ readonly code: number; readonly stderr: string }[]> {
  const children = commands.map((args, index) => {
    const stderr = openSync(`${place}/stderr.${index}`, "w");
    const child = Bun.spawn(containers.command(...args), { stdin: "ignore", stdout: "ignore", stderr });
    closeSync(stderr);
    return child.exited;
  });
  const codes = await Promise.all(children);
  return codes.map((code, index) => ({ code, stderr: readFileSync(`${place}/stderr.${index}`, "utf8") }));
}

function times(count: number, ...args: string[]): string[][] {
  return Array.from({ length: count }, () => args);
}

test("of twenty creates of one id exactly one wins", async () => {
  const ended = await all(times(20, "create", "--bundle", sleeper, "one"));
  expect(ended.filter(({ code }) => code === 0).length).toBe(1);
  for (const { code, stderr } of ended)
    if (code !== 0) expect(stderr).toBe('wrun: container "one" already exists\n');
  expect(containers.processes().length).toBe(1);
  containers.ok("delete", "one");
  expect([containers.left(), containers.processes()]).toEqual([[], []]);
});

test("of ten starts of one container exactly one wins", async () => {
  containers.ok("create", "--bundle", sleeper, "start");
  const ended = await all(times(10, "start", "start"));
  expect(ended.filter(({ code }) => code === 0).length).toBe(1);
  await until("the guest has run", () => existsSync(marker));
  rmSync(marker);
  expect(containers.state("start").status).toBe("running");
  containers.ok("delete", "--force", "start");
});

test("of ten deletes of one container exactly one wins", async () => {
  containers.ok("create", "--bundle", sleeper, "delete");
  const ended = await all(times(10, "delete", "delete"));
  expect(ended.filter(({ code }) => code === 0).length).toBe(1);
  for (const { code, stderr } of ended) if (code !== 0) expect(stderr).toContain('"delete" does not exist');
  expect([containers.left(), containers.processes()]).toEqual([[], []]);
});

test("creates and forced deletes of one id in any order leave a whole container or none", async () => {
  const verbs = [
    ["create", "--bundle", sleeper, "churn"],
    ["delete", "--force", "churn"],
    ["start", "churn"],
    ["kill", "churn", "KILL"],
    ["state", "churn"],
  ];
  const ended = await all(times(6).flatMap(() => verbs));
  for (const { code, stderr } of ended) {
    expect(code === 0 ? "" : stderr).toMatch(
      /^$|^wrun: .*(does not exist|already exists|it is \w+|not running).*\n$/,
    );
  }
  expect(ended.some(({ code }) => code === 0)).toBe(true);
  containers.ok("delete", "--force", "churn");
  expect([containers.left(), containers.processes()]).toEqual([[], []]);
  rmSync(marker, { force: true });
});
