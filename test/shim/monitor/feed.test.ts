import { expect, test } from "bun:test";
import type { Envelope } from "../../../shim/monitor/envelope.ts";
import { Feed, type Follower } from "../../../shim/monitor/feed.ts";

const event = (topic: string, at = 0n) => ({
  at,
  namespace: "n",
  topic,
  event: { type_url: "t", value: new Uint8Array(1) },
});

function follower(parts: Partial<Follower> = {}): Follower & { abort(): void; missedTimes: number } {
  const abort = new AbortController();
  const made = {
    since: undefined,
    signal: abort.signal,
    wants: () => true,
    missedTimes: 0,
    missed: () => void (made.missedTimes += 1),
    abort: () => abort.abort(),
    ...parts,
  };
  return made;
}

function tell(feed: Feed, ...topics: string[]): Envelope[] {
  const placed = feed.place(topics.map((topic) => event(topic)));
  feed.tell(placed);
  return placed;
}

async function take(from: AsyncGenerator<Envelope>, count: number): Promise<string[]> {
  const topics: string[] = [];
  while (topics.length < count) topics.push((await from.next()).value?.topic ?? "end");
  return topics;
}

test("no two events have the same place, whatever their times are", () => {
  const feed = new Feed();
  const first = feed.place([event("/a", 5n), event("/b", 5n), event("/c", 3n), event("/d", 9n)]);
  expect(first.map(({ at }) => Number(at))).toEqual([5, 6, 7, 9]);
  feed.tell(first);
  expect(feed.place([event("/e", 1n)]).map(({ at }) => Number(at))).toEqual([10]);
});

test("a follower gets what is told from now on, one that comes back what it has not seen", async () => {
  const feed = new Feed();
  const [, second] = tell(feed, "/a", "/b");
  const fresh = feed.follow(follower());
  const back = feed.follow(follower({ since: second?.at }));
  const whole = feed.follow(follower({ since: 0n }));
  const [next, late] = [take(fresh, 2), take(back, 2)];
  tell(feed, "/c", "/d");
  expect(await next).toEqual(["/c", "/d"]);
  expect(await late).toEqual(["/c", "/d"]);
  expect(await take(whole, 4)).toEqual(["/a", "/b", "/c", "/d"]);
});

test("a follower gets only what it wants, and ends with its signal", async () => {
  const feed = new Feed();
  const one = follower({ since: 0n, wants: ({ topic }) => topic !== "/b" });
  const events = feed.follow(one);
  tell(feed, "/a", "/b", "/c");
  expect(await take(events, 2)).toEqual(["/a", "/c"]);
  const end = events.next();
  one.abort();
  expect((await end).done).toBe(true);
});

test("what is kept is bounded, and a follower that is too slow is told once that it has missed events", async () => {
  const feed = new Feed({ events: 10, bytes: 1e6 });
  const slow = follower({ since: 0n });
  const events = feed.follow(slow);
  tell(feed, "/0");
  expect(await take(events, 1)).toEqual(["/0"]);
  tell(feed, ...Array.from({ length: 30 }, (_, index) => `/${index + 1}`));
  expect(feed.kept.length).toBeLessThanOrEqual(10);
  const [first] = feed.kept;
  expect(await take(events, 1)).toEqual([first?.topic ?? ""]);
  expect(slow.missedTimes).toBe(1);
});

test("one that comes back too late is told so; one that has seen all that was let go of is not", async () => {
  const feed = new Feed({ events: 10, bytes: 1e6 });
  const all = tell(feed, ...Array.from({ length: 30 }, (_, index) => `/${index}`));
  const letGo = all.length - feed.kept.length;
  const [late, inTime] = [follower({ since: all[3]?.at }), follower({ since: all[letGo - 1]?.at })];
  expect(await take(feed.follow(late), 1)).toEqual([`/${letGo}`]);
  expect(await take(feed.follow(inTime), 1)).toEqual([`/${letGo}`]);
  expect([late.missedTimes, inTime.missedTimes]).toEqual([1, 0]);
});

test("large events are bounded by their bytes", () => {
  const feed = new Feed({ events: 1000, bytes: 10_000 });
  const large = { ...event("/a"), event: { type_url: "t", value: new Uint8Array(4000) } };
  for (let count = 0; count < 10; count++) feed.tell(feed.place([large]));
  expect(feed.kept.length).toBeLessThanOrEqual(2);
});
