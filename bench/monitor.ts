import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { writeBundle } from "../test/bundle.ts";
import { liveAll, Returning, wrongs } from "../test/e2e/monitor/lives.ts";
import { MonitorProcess } from "../test/e2e/monitor/monitor-process.ts";
import { faults, medians, type Subject } from "./measure.ts";
import { wrun } from "./places.ts";
import { figure, printTable } from "./table.ts";

/**
 * What being told of costs a verb, and `lives` containers, eight at a time, with a slow and a crashing subscriber and a
 * monitor that is killed and started anew twice.
 */
export async function benchMonitor(runs: number, lives: number): Promise<void> {
  const folder = mkdtempSync(`${tmpdir()}/wrun-bench-`);
  try {
    benchVerbs(folder, runs);
    await benchLives(folder, lives);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

// crun's place is taken by a program that does nothing: its own time would hide the difference.
function benchVerbs(folder: string, runs: number): void {
  const bin = `${folder}/bin`;
  mkdirSync(bin);
  copyFileSync("/bin/true", `${bin}/crun`);
  const spool = `${folder}/verbs.sock@spool`;
  const bundle = writeBundle(`${folder}/bundle`, { guest: "exit7" });
  const config = readFileSync(`${bundle}/config.json`, "utf8");
  const fresh = (): void => {
    rmSync(`${spool}/log`, { force: true });
    writeFileSync(`${bundle}/config.json`, config);
  };
  const verbs = [
    ["pause", "id"],
    ["start", "id"],
    ["delete", "id"],
    ["create", "--bundle", bundle, "id"],
  ] as const;
  const subjects = verbs.flatMap((words): Subject[] => {
    const command = [wrun, "--sandbox", "kernel", "--runtime-path", `${bin}/crun`, ...words];
    const plain = words[0] === "create" ? command : [wrun, ...words];
    const off = { name: words[0], command: plain, env: [`PATH=${bin}`, "WRUN_EVENTS="], before: fresh };
    return [off, { ...off, env: [`PATH=${bin}`, `WRUN_EVENTS=unix://${folder}/verbs.sock`] }];
  });
  const times = medians(subjects, runs);
  const rows = verbs.map(([verb], index) => {
    const [off = NaN, on = NaN] = times.slice(2 * index, 2 * index + 2);
    const [before = NaN, after = NaN] = subjects.slice(2 * index, 2 * index + 2).map(faults);
    return [verb, figure(off, "ms"), figure(on, "ms"), figure(on - off, "ms"), `${before}`, `${after}`];
  });
  printTable(
    `A verb, events off and on (median of ${runs}, taking turns; a low-level runtime that does nothing)`,
    ["", "off", "on", "more", "faults off", "on"],
    rows,
  );
  console.log("target: at most 2 ms more");
}

async function benchLives(folder: string, lives: number): Promise<void> {
  const monitor = await new MonitorProcess(`${folder}/lives.sock`).start();
  const bundle = writeBundle(`${folder}/lives`, { guest: "exit7" });
  const subscribers = {
    steady: new Returning(monitor),
    slow: new Returning(monitor, 1),
    crashing: new Returning(monitor),
  };
  const crowd = { address: monitor.address, bundle, root: `${folder}/state`, lives, atATime: 8 };
  const began = performance.now();
  let restarting = Promise.resolve();
  const startAgain = async (stop: Promise<unknown>): Promise<void> => {
    await stop;
    await monitor.start();
  };
  await liveAll(crowd, (count) => {
    if (count % 50 === 25) subscribers.crashing.crash();
    if (count === Math.floor(lives / 3)) restarting = monitor.kill();
    if (count === Math.floor(lives / 2)) restarting = startAgain(restarting);
    if (count === Math.floor((2 * lives) / 3)) restarting = startAgain(restarting.then(() => monitor.stop()));
  });
  const lived = performance.now() - began;
  await restarting;
  const expected = lives * 6;
  const rows: string[][] = [];
  for (const [name, subscriber] of Object.entries(subscribers)) {
    for (let waited = 0; waited < 120_000 && subscriber.got.length < expected; waited += 20)
      await Bun.sleep(20);
    const wrong = wrongs(subscriber.got, lives);
    rows.push([name, `${subscriber.got.length} of ${expected}`, `${wrong.length}`, wrong[0] ?? "-"]);
    subscriber.end();
  }
  const told = performance.now() - began;
  const status = readFileSync(`/proc/${monitor.process?.pid}/status`, "utf8");
  const memory = /^RssAnon:\s*(\d+)/m.exec(status)?.[1];
  await monitor.stop();
  printTable(
    `${lives} lives, 8 at a time, the monitor killed once and restarted twice`,
    ["subscriber", "events", "wrong", "the first"],
    rows,
  );
  console.log(
    `all lived after ${figure(lived / 1000, "s")}, all was told after ${figure(told / 1000, "s")}; anonymous memory of the monitor ${Math.round(Number(memory) / 1024)} MiB`,
  );
}
