import { expect, test } from "bun:test";
import { writeBundle } from "../../bundle.ts";
import { run, temporaryDirectory, wrun } from "../../wrun.ts";
import { until } from "../containers.ts";
import { MonitorProcess } from "./monitor-process.ts";

const folder = temporaryDirectory();
const skipped = Bun.which("tmux") === null;
if (skipped) console.log("the test of the terminal's table is skipped: install tmux");

test.skipIf(skipped)(
  "the table in a terminal follows the containers, is sorted by keys, and ends with q",
  async () => {
    const monitor = await new MonitorProcess(`${folder}/watch.sock`).start();
    const tmux = (...args: string[]) => run(["tmux", "-S", `${folder}/tmux`, "-f", "/dev/null", ...args]);
    const screen = (): string => tmux("capture-pane", "-p", "-t", "table").stdout;
    const shows = (text: string) => until(`the screen shows ${text}`, () => screen().includes(text), screen);
    const call = (...args: string[]) =>
      run(
        [
          "/bin/sh",
          "-c",
          'exec "$@" >/dev/null 2>&1 </dev/null',
          "sh",
          wrun,
          "--sandbox",
          "embedded",
          ...args,
        ],
        { env: { PATH: process.env["PATH"] ?? "", WRUN_EVENTS: monitor.address } },
      );
    const root = ["--root", `${folder}/state`];
    const sleeping = writeBundle(`${folder}/sleep`, { guest: "mark-and-sleep" });
    const command = `${wrun} monitor --watch --listen ${monitor.address}; echo left with $?; exec sleep 1000`;
    expect(tmux("new-session", "-d", "-s", "table", "-x", "100", "-y", "20", command).code).toBe(0);
    try {
      await shows("0 containers");
      call(...root, "create", "--bundle", sleeping, "first");
      await shows("created");
      call(...root, "start", "first");
      await shows("running");
      call(...root, "run", "--detach", "--bundle", sleeping, "second");
      await shows("2 containers");
      tmux("send-keys", "-t", "table", "u");
      await shows("UPTIME▾");
      call(...root, "kill", "first", "KILL");
      await shows("137 killed");
      expect(screen()).toMatch(/^first +- +- +stopped +\d+s +- +137 killed$/m);
      expect(screen()).toMatch(/^second +- +- +running +\d+s +- +-$/m);
      for (const id of ["first", "second"]) call(...root, "delete", "--force", id);
      await shows("0 containers");
      tmux("send-keys", "-t", "table", "q");
      await shows("left with 0");
      expect(screen()).not.toContain("containers");
    } finally {
      tmux("kill-server");
    }
    await monitor.stop();
  },
);

test("without a terminal the table says what to do instead", () => {
  const ended = run([wrun, "monitor", "--watch", "--listen", `unix://${folder}/none.sock`]);
  expect(ended.code).toBe(1);
  expect(ended.stderr).toContain("--watch needs a terminal");
});
