import { truncateSync } from "node:fs";
import { expect, test } from "bun:test";
import { mostBytes } from "../../../shim/events/spool.ts";
import { writeBundle } from "../../bundle.ts";
import { run, temporaryDirectory, wrun } from "../../wrun.ts";
import { until } from "../containers.ts";
import { liveAll, Returning, wrongs } from "./lives.ts";
import { MonitorProcess } from "./monitor-process.ts";

const folder = temporaryDirectory();
const bundle = writeBundle(`${folder}/bundle`, { guest: "exit7" });

// `npm run bench -- monitor` does the same with a thousand.
const lives = 80;

test("every event is told once and in order to a slow and to a crashing subscriber, over crashes of the monitor", async () => {
  const monitor = await new MonitorProcess(`${folder}/robust.sock`).start();
  const [steady, slow, crashing] = [
    new Returning(monitor),
    new Returning(monitor, 2),
    new Returning(monitor),
  ];
  const crowd = { address: monitor.address, bundle, root: `${folder}/state`, lives, atATime: 8 };
  let restarting = Promise.resolve();
  await liveAll(crowd, (count) => {
    if (count % 10 === 5) crashing.crash();
    if (count === 20) restarting = monitor.kill();
    if (count === 40) restarting = restarting.then(() => monitor.start()).then(() => undefined);
    if (count === 60)
      restarting = restarting
        .then(() => monitor.stop())
        .then(() => monitor.start())
        .then(() => undefined);
  });
  await restarting;
  for (const subscriber of [steady, slow, crashing]) {
    const came = (): number => subscriber.got.length;
    await until("all has come", () => came() >= lives * 6, came);
    expect(wrongs(subscriber.got, lives)).toEqual([]);
    subscriber.end();
  }
  await monitor.stop();
});

test("past the spool's bound events are dropped, and the monitor counts and logs them", async () => {
  const monitor = new MonitorProcess(`${folder}/full.sock`, ["--metrics", "127.0.0.1:0"]);
  const call = (id: string) =>
    run([wrun, "--sandbox", "embedded", "--root", `${folder}/state`, "run", "--bundle", bundle, id], {
      env: { PATH: process.env["PATH"] ?? "", WRUN_EVENTS: monitor.address },
    });
  expect(call("first").code).toBe(7);
  const log = `${folder}/full.sock@spool/log`;
  truncateSync(log, Number(mostBytes) - 10);
  expect(call("dropped").code).toBe(7);
  await monitor.start();
  await until(
    "the drop is logged",
    () => monitor.log.includes("events were dropped"),
    () => monitor.log,
  );
  expect(monitor.log).toMatch(/level=warning msg="events were dropped: [^"]*" count=3/);
  const address = /http:\/\/[\d.:]+\/metrics/.exec(monitor.log)?.[0] ?? "";
  expect(await (await fetch(address)).text()).toContain("\nwrun_events_dropped_total 3\n");
  const subscriber = monitor.subscribe();
  await subscriber.want(6);
  expect(call("later").code).toBe(7);
  const events = await subscriber.want(12);
  expect(new Set(events.map(({ event }) => event["containerId"]))).toEqual(new Set(["first", "later"]));
  await monitor.stop();
});
