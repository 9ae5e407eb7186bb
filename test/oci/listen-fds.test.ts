import { expect, test } from "bun:test";
import { listenFds } from "../../oci/listen-fds.ts";

test("listenFds() counts the sockets that are for us, or for the container's first process", () => {
  expect(listenFds([], 7)).toBe(0);
  expect(listenFds(["LISTEN_FDS=2"], 7)).toBe(2);
  expect(listenFds(["LISTEN_PID=7", "LISTEN_FDS=1"], 7)).toBe(1);
  expect(listenFds(["LISTEN_PID=1", "LISTEN_FDS=1"], 7)).toBe(1);
});

test("listenFds() leaves alone what is for another process", () => {
  expect(listenFds(["LISTEN_PID=8", "LISTEN_FDS=1"], 7)).toBe(0);
});

test("listenFds() refuses what is no count", () => {
  for (const text of ["-1", "x", "", "99999", "1025", "1e3"])
    expect(() => listenFds([`LISTEN_FDS=${text}`], 7)).toThrow("LISTEN_FDS");
});
