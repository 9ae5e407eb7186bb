import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "bun:test";
import { temporaryDirectory } from "../../wrun.ts";
import { directory, Guest } from "./guest.ts";

const work = temporaryDirectory();
const rounds = 20_000;

/** Numbers that look random and are the same in every run (a linear congruential generator). */
function numbers(seed: number): () => number {
  let state = seed;
  return () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0);
}

// How many arguments each takes; `n` marks the i64s. Left out are those that end the process or may wait.
const calls = Object.entries({
  args_get: "ii",
  args_sizes_get: "ii",
  environ_get: "ii",
  environ_sizes_get: "ii",
  clock_res_get: "ii",
  clock_time_get: "ini",
  random_get: "ii",
  sched_yield: "",
  fd_advise: "inni",
  fd_allocate: "inn",
  fd_close: "i",
  fd_datasync: "i",
  fd_fdstat_get: "ii",
  fd_fdstat_set_flags: "ii",
  fd_fdstat_set_rights: "inn",
  fd_filestat_get: "ii",
  fd_filestat_set_size: "in",
  fd_filestat_set_times: "inni",
  fd_pread: "iiini",
  fd_prestat_get: "ii",
  fd_prestat_dir_name: "iii",
  fd_pwrite: "iiini",
  fd_read: "iiii",
  fd_readdir: "iiini",
  fd_renumber: "ii",
  fd_seek: "inii",
  fd_sync: "i",
  fd_tell: "ii",
  fd_write: "iiii",
  path_create_directory: "iii",
  path_filestat_get: "iiiii",
  path_filestat_set_times: "iiiinni",
  path_link: "iiiiiii",
  path_open: "iiiiinnii",
  path_readlink: "iiiiii",
  path_remove_directory: "iii",
  path_rename: "iiiiii",
  path_symlink: "iiiii",
  path_unlink_file: "iii",
  sock_recv: "iiiiii",
  sock_send: "iiiii",
  sock_shutdown: "ii",
});

test("whatever numbers a guest passes, a call answers an errno", () => {
  const host = mkdtempSync(join(work, "fuzz-"));
  mkdirSync(join(host, "d"));
  writeFileSync(join(host, "f"), "text");

  const guest = new Guest({
    preopens: [directory(host)],
    args: ["app"],
    env: ["A=B"],
    limits: { files: 20 },
  });
  const next = numbers(7);
  const end = guest.memory.buffer.byteLength;
  const integer = (): number =>
    [next() % 24, next() % end, end - (next() % 16), next() | 0, 0][next() % 5] ?? 0;
  const long = (): bigint => [BigInt(next() % 4096), -1n, 2n ** 63n - 1n, -(2n ** 63n)][next() % 4] ?? 0n;
  for (let round = 0; round < rounds; round++) {
    // The standard streams are the test's own.
    const fd = next() % 4 === 0 ? next() | 4096 : 3 + (next() % 20);
    const [name, shape] = calls[next() % calls.length] ?? ["sched_yield", ""];
    const text = ["f", "d", "d/../f", "../x", ".", "new", "d/l", "\u0000"][next() % 8] ?? "";
    guest.forget();
    guest.put(text);
    const args = Array.from(shape, (kind) => (kind === "n" ? long() : next() % 4 === 0 ? 1024 : integer()));
    if (name.startsWith("fd_") || name.startsWith("sock_") || name.startsWith("path_")) args[0] = fd;
    if (name === "fd_renumber") args[1] = 3 + (next() % 20);
    if (name === "path_symlink") [args[0], args[2]] = [1024, fd];
    const result = guest.call(name, ...args);
    if (!(Number.isInteger(result) && result >= 0 && result <= 76)) expect([name, args, result]).toEqual([]);
  }
  expect(new Guest({ preopens: [directory(host)] }).list(3)).toContain(".");
});
