import { rmSync } from "node:fs";
import { afterAll, expect, test } from "bun:test";
import { writeBundle } from "../bundle.ts";
import { temporaryDirectory } from "../wrun.ts";
import { Containers, until } from "./containers.ts";

const place = temporaryDirectory();
const containers = new Containers(`${place}/state`);
const sleeper = writeBundle(`${place}/sleeper`, { guest: "mark-and-sleep" });
// From before the first effect to after the last one, on a quick machine and on a slow one.
const delays = Array.from({ length: 16 }, (_, index) => index * 2);

afterAll(() => containers.clean());

test("SIGTERM to run, whenever it comes, ends the guest with it and leaves nothing", async () => {
  for (const delay of delays) {
    const child = Bun.spawn(containers.command("run", "--bundle", sleeper, "term"), { stderr: "inherit" });
    await Bun.sleep(delay);
    child.kill("SIGTERM");
    expect([delay, await child.exited]).toEqual([delay, 143]);
    expect([delay, containers.left(), containers.processes()]).toEqual([delay, [], []]);
  }
  rmSync(`${sleeper}/rootfs/marker`, { force: true });
});

test("create killed whenever it may be leaves what delete --force removes, and no process nobody knows of", async () => {
  for (const delay of delays) {
    const child = Bun.spawn(containers.command("create", "--bundle", sleeper, "kill"), { stderr: "inherit" });
    await Bun.sleep(delay);
    child.kill("SIGKILL");
    await child.exited;
    containers.ok("delete", "--force", "kill");
    expect([delay, containers.left()]).toEqual([delay, []]);
    await until("an engine that has lost its creator has ended", () => containers.processes().length === 0);
  }
});

test("an id whose creator was killed can be created again without delete", async () => {
  for (const delay of delays) {
    const child = Bun.spawn(containers.command("create", "--bundle", sleeper, "again"), {
      stderr: "inherit",
    });
    await Bun.sleep(delay);
    child.kill("SIGKILL");
    await child.exited;
    const { code, stderr } = containers.run(["create", "--bundle", sleeper, "again"]);
    expect([code, stderr]).toEqual(code === 0 ? [0, ""] : [1, 'wrun: container "again" already exists\n']);
    containers.ok("delete", "--force", "again");
    await until("no engine is left", () => containers.processes().length === 0);
  }
});
