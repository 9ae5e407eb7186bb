import { readFileSync } from "node:fs";
import { expect, test } from "bun:test";
import { native } from "../../../native/native.ts";
import { fixture, hasFixture } from "../../bundle.ts";
import { wrun } from "../../wrun.ts";
import { kernelBundle } from "./bundle.ts";
import { lowLevelRuntimes, missing, openEnvironment } from "./environment.ts";

const skipped = missing ?? (hasFixture("toolbox") ? undefined : "no toolchain for guests in C");
const AF_INET = 2;

if (skipped === undefined) {
  const environment = await openEnvironment();

  for (const runtime of lowLevelRuntimes) {
    // The engine refuses to start where one of the descriptors that it is told of is no socket.
    const start = async (sockets: readonly number[], promised: number, { pid = "$$", events = "" } = {}) => {
      const bundle = kernelBundle(`${environment.folder}/${runtime}`, ["/toolbox.wasm", "echo", "up"], {
        "/toolbox.wasm": fixture("toolbox"),
      });
      const id = `sockets-${runtime}-${process.pid}`;
      // sd_listen_fds(3): they are for the process that is named, and runc looks.
      const ours = ["sh", "-c", `LISTEN_PID=${pid} exec "$@"`, "sh"];
      const command = [...ours, wrun, "--runtime-path", runtime, "run", "--bundle", bundle, id];
      const child = Bun.spawn(environment.command(command), {
        stdio: ["ignore", "pipe", "pipe", ...sockets],
        env: { ...environment.env, LISTEN_FDS: String(promised), WRUN_EVENTS: events },
      });
      const [stdout, stderr] = await Promise.all([
        new Response(child.stdout).text(),
        new Response(child.stderr).text(),
      ]);
      return { code: await child.exited, stdout, stderr };
    };

    test(`sockets that a service manager passes reach the guest on ${runtime}, the second one too`, async () => {
      const sockets = [1, 2, 3].map(() => native.listen(AF_INET, "127.0.0.1", 0, 8));
      expect(await start(sockets, 3)).toEqual({ code: 0, stdout: "up\n", stderr: "" });
      const one = sockets.slice(0, 1);
      const { code, stderr } = await start(one, 3);
      expect({ code, stderr }).toMatchObject({
        code: expect.any(Number),
        stderr: expect.stringContaining("fd"),
      });
      expect(code).not.toBe(0);
      for (const socket of sockets) native.close(socket);
    });

    for (const pid of ["$$", "1"])
      for (const events of ["off", "on"])
        test(`sockets for the process ${pid} reach the guest on ${runtime} with events ${events}, and its reports the monitor`, async () => {
          const sockets = [1, 2].map(() => native.listen(AF_INET, "127.0.0.1", 0, 8));
          const address = `${environment.folder}/${runtime}-${pid === "1" ? 1 : "own"}.sock`;
          const around = { pid, ...(events === "on" ? { events: `unix://${address}` } : {}) };
          expect(await start(sockets, 2, around)).toEqual({ code: 0, stdout: "up\n", stderr: "" });
          for (const socket of sockets) native.close(socket);
          if (events === "off") return;
          const log = readFileSync(`${address}@spool/log`, "utf8");
          expect(log).toContain(String.raw`{\"report\":\"exited\",\"code\":0}`);
        });
  }
}
