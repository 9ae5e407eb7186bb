import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "bun:test";
import { native } from "../../../native/native.ts";
import { listenAt } from "../../../shim/monitor/listen.ts";
import { temporaryDirectory, wrun } from "../../wrun.ts";
import { until } from "../containers.ts";
import { Subscriber } from "./monitor-process.ts";

const folder = temporaryDirectory();
const unit = (name: string): string =>
  readFileSync(new URL(`../../../deploy/systemd/wrun-monitor.${name}`, import.meta.url), "utf8");

test("the monitor takes the socket that systemd has opened for it, and leaves it to systemd", async () => {
  const path = `${folder}/passed.sock`;
  const fd = listenAt(path);
  const log = `${folder}/log`;
  const script = `LISTEN_FDS=1 LISTEN_PID=$$ exec "$@" 2>${log}`;
  const pid = native.spawn({
    path: "/bin/sh",
    argv: ["sh", "-c", script, "sh", wrun, "monitor", "--listen", `unix://${path}`],
    env: [`PATH=${process.env["PATH"]}`],
    fds: [-1, -1, -1, fd],
  });
  await until("it serves", () => existsSync(log) && readFileSync(log, "utf8").includes("monitoring at"));
  const subscriber = new Subscriber(path, { since: "0", filters: ["topic="] });
  await subscriber.ended;
  expect(subscriber.problem?.message).toContain("filter");
  native.kill(pid, 15);
  expect(native.waitpid(pid, 0)).toEqual([1, 0]);
  native.close(fd);
});

test("the units name the usual address, and what the monitor is called with", () => {
  expect(unit("socket")).toContain("ListenStream=/run/wrun/events.sock\nSocketMode=0600\n");
  expect(unit("service")).toContain("ExecStart=/usr/local/bin/wrun monitor ");
});
