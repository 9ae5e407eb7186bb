import {
  appendFileSync,
  cpSync,
  existsSync,
  lstatSync,
  readdirSync,
  readlinkSync,
  writeFileSync,
} from "node:fs";
import { expect, test } from "bun:test";
import { until } from "./containers.ts";
import { executable, run, temporaryDirectory, wrun } from "../wrun.ts";
import { fixture } from "../bundle.ts";

const links = ["wrun", "crun-wasm", "containerd-shim-wrun-v1"];
const libraryOf = (prefix: string) => `${prefix}/lib/${readlinkSync(`${prefix}/lib/wrun`)}`;
const install = (prefix: string, program = wrun) => run([program, "install", "--prefix", prefix]);

/** A build that differs from ours: an ELF file does not mind bytes at its end. */
function otherBuild(): string {
  const folder = temporaryDirectory();
  for (const name of ["wrun", "wrun.node", "launch"])
    cpSync(executable.replace(/wrun$/, name), `${folder}/${name}`);
  appendFileSync(`${folder}/wrun`, "another version");
  return `${folder}/wrun`;
}

test("install tells every file that it writes, and what it installed runs a guest", () => {
  const prefix = temporaryDirectory();
  const ended = install(prefix);
  expect(ended).toMatchObject({ code: 0, stderr: "" });
  const library = libraryOf(prefix);
  for (const name of readdirSync(library)) expect(ended.stdout).toContain(`write ${library}/${name}`);
  for (const name of links) {
    expect(ended.stdout).toContain(`link  ${prefix}/bin/${name} -> ../lib/wrun/launch\n`);
  }
  expect(run([`${prefix}/bin/wrun`, "wasm", fixture("exit7")]).code).toBe(7);
  const loaded = [`${library}/ld.so`, "--inhibit-cache", "--library-path", library, `${library}/wrun`];
  expect(run([...loaded, "wasm", fixture("exit7")]).code).toBe(7);
});

test("what is installed can be written by nobody", () => {
  const prefix = temporaryDirectory();
  install(prefix);
  const library = libraryOf(prefix);
  for (const name of readdirSync(library)) expect(lstatSync(`${library}/${name}`).mode & 0o222).toBe(0);
});

test("install --dry-run tells the same and writes nothing", () => {
  const prefix = temporaryDirectory();
  const dry = run([wrun, "install", "--prefix", prefix, "--dry-run"]);
  expect(readdirSync(prefix)).toEqual([]);
  expect(dry.stdout).toBe(install(prefix).stdout);
});

test("installing twice changes nothing, installing another build leaves one version", () => {
  const prefix = temporaryDirectory();
  install(prefix);
  const first = libraryOf(prefix);
  expect(install(prefix)).toMatchObject({ code: 0, stderr: "" });
  expect(libraryOf(prefix)).toBe(first);
  expect(install(prefix, otherBuild())).toMatchObject({ code: 0, stderr: "" });
  expect(libraryOf(prefix)).not.toBe(first);
  expect(readdirSync(`${prefix}/lib`).toSorted()).toEqual(
    ["wrun", libraryOf(prefix).slice(`${prefix}/lib/`.length)].toSorted(),
  );
});

test("an upgrade and an uninstall leave the version that a process runs from until it has ended", async () => {
  const prefix = temporaryDirectory();
  install(prefix);
  const first = libraryOf(prefix);
  const place = temporaryDirectory();
  const runs = Bun.spawn([`${prefix}/bin/wrun`, "wasm", "--dir", `${place}::/`, fixture("mark-and-sleep")], {
    stdio: ["ignore", "ignore", "ignore"],
  });
  await until("the guest runs", () => existsSync(`${place}/marker`));
  expect(install(prefix, otherBuild()).stdout).toContain(`keep  ${first}`);
  expect(existsSync(`${first}/wrun`)).toBe(true);
  expect(run([wrun, "uninstall", "--prefix", prefix]).stdout).toContain(`keep  ${first}`);
  runs.kill("SIGKILL");
  await runs.exited;
  expect(run([wrun, "uninstall", "--prefix", prefix])).toMatchObject({
    code: 0,
    stdout: `remove ${first}\n`,
  });
  expect([readdirSync(`${prefix}/lib`), readdirSync(`${prefix}/bin`)]).toEqual([[], []]);
});

test("install refuses to replace what is not its own, before it has written anything", () => {
  const prefix = temporaryDirectory();
  cpSync("/bin/true", `${prefix}/bin/crun-wasm`);
  const { code, stderr } = install(prefix);
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: `wrun: ${prefix}/bin/crun-wasm is not a link of wrun's: move it away, or name another --prefix\n`,
  });
  expect(existsSync(`${prefix}/lib`)).toBe(false);
  expect(run([wrun, "uninstall", "--prefix", prefix]).code).toBe(0);
  expect(existsSync(`${prefix}/bin/crun-wasm`)).toBe(true);
});

test("install says what to do where it may not write", () => {
  const prefix = temporaryDirectory();
  writeFileSync(`${prefix}/lib`, "a file in the way");
  const { code, stderr } = install(prefix);
  expect(code).toBe(1);
  expect(stderr.split("\n")).toHaveLength(2);
  expect(stderr).toContain(`${prefix}/lib`);
});
