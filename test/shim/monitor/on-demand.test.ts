import { expect, test } from "bun:test";
import { OnDemand } from "../../../shim/monitor/on-demand.ts";

async function microtasks(count: number): Promise<void> {
  for (let left = count; left > 0; left--) await Promise.resolve();
}

test("a job that is asked for 0 to 20 microtasks after another is done after it, whenever that ends", async () => {
  for (let takes = 0; takes <= 20; takes++)
    for (let offset = 0; offset <= 20; offset++) {
      let ran = 0;
      let seen = 0;
      let said = 1;
      const job = new OnDemand(async () => {
        seen = said;
        await microtasks(takes);
        ran += 1;
      });
      job.ask();
      await microtasks(offset);
      said = 2;
      job.ask();
      await job.done();
      await microtasks(50);
      expect([takes, offset, seen, ran]).toEqual([takes, offset, 2, 2]);
    }
});

test("a job is never done twice at a time, and once alone for many who ask meanwhile", async () => {
  let [running, most, ran] = [0, 0, 0];
  const job = new OnDemand(async () => {
    most = Math.max(most, ++running);
    await microtasks(5);
    running -= 1;
    ran += 1;
  });
  job.ask();
  for (let at = 0; at < 100; at++) job.ask();
  await job.done();
  expect([most, ran]).toEqual([1, 2]);
});

test("close() waits for the run that is under way, and no other one begins", async () => {
  let ran = 0;
  const job = new OnDemand(async () => {
    await microtasks(10);
    ran += 1;
  });
  job.ask();
  job.ask();
  await job.close();
  job.ask();
  await microtasks(50);
  expect(ran).toBe(1);
});
