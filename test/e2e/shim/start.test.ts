import {
  existsSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { descriptorsIn } from "../../descriptors.ts";
import { describe, expect, test } from "bun:test";
import { containerd as bootstrap } from "../../../proto/gen/bootstrap.js";
import { until } from "../containers.ts";
import { type Endpoint, type Version, versions } from "./calls.ts";
import { missing } from "./missing.ts";
import { MockContainerd } from "./mock-containerd.ts";
import { optionsAny } from "./options.ts";

const here: readonly Version[] = missing === undefined ? versions : [];
const usualAddress = /^unix:\/\/\/run\/containerd\/s\/[0-9a-f]{64}$/;

/** The answer, to the byte: containerd 2.3 gets its new message, others the bare address, which means version 2. */
function answerOf({ version, address, protocol }: Endpoint): Uint8Array {
  if (version === 2) return new TextEncoder().encode(address);
  return bootstrap.runtime.bootstrap.v1.BootstrapResult.encode({ version, address, protocol }).finish();
}

/** What each descriptor of a process inside is. */
function descriptorsOf({ namespaces }: MockContainerd, pid: number): ReadonlyMap<number, string> {
  return descriptorsIn(namespaces.path(`/proc/${pid}/fd`));
}

for (const version of here) {
  describe(`start, as containerd ${version} calls it`, () => {
    test("prints where the shim listens, in this containerd's words, and nothing else on either stream", async () => {
      for (const debug of [false, true]) {
        await using containerd = await MockContainerd.open({ version, debug });
        containerd.bundle("a");
        const { code, stdout, stderr } = await containerd.callStart("a");
        expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
        const { endpoint, task } = await containerd.start("a");
        expect(endpoint.protocol).toBe("ttrpc");
        expect(endpoint.address).toMatch(usualAddress);
        expect(endpoint.version).toBe(version === "2.3" ? 3 : 2);
        expect([...stdout]).toEqual([...answerOf(endpoint)]);
        expect(readFileSync(`${containerd.bundleOf("a")}/address`, "utf8")).toBe(endpoint.address);
        await task.shutdown({ id: "a" });
      }
    });

    test("takes the runtime's options, large ones too, and needs none", async () => {
      await using containerd = await MockContainerd.open({ version });
      const large = optionsAny({ root: "x".repeat(200_000) });
      for (const [id, options] of Object.entries({ none: undefined, empty: new Uint8Array(), large })) {
        containerd.bundle(id);
        const shim = await containerd.start(id, options === undefined ? {} : { options });
        expect(await shim.run(id)).toBeGreaterThan(0);
        expect(await shim.end(id)).toBe(0);
        await shim.task.shutdown({ id });
      }
    });

    test("leaves a process behind that has none of containerd's streams, descriptors and folders", async () => {
      await using containerd = await MockContainerd.open({ version });
      const bundle = containerd.bundle("a");
      await containerd.start("a");
      const [pid = 0] = containerd.shims;
      const descriptors = descriptorsOf(containerd, pid);
      expect([0, 1, 2].map((fd) => descriptors.get(fd))).toEqual(["/dev/null", "/dev/null", `${bundle}/log`]);
      // The launcher's pipe goes when it has been told.
      await until("only sockets and the like are left", () =>
        [...descriptorsOf(containerd, pid)].every(([fd, what]) => fd < 3 || !/^(pipe:|\/)/.test(what)),
      );
      expect(readlinkSync(containerd.namespaces.path(`/proc/${pid}/cwd`))).toBe("/");
      // proc(5), stat: behind the name in brackets are state, parent, process group, session, terminal.
      const [, parent, group, session, terminal] = containerd
        .proc(pid, "stat")
        .replace(/^.*\) /s, "")
        .split(" ")
        .map(Number);
      expect({ parent, group, session, terminal }).toEqual({
        parent: 1,
        group: pid,
        session: pid,
        terminal: 0,
      });
    });

    test("gives the same address for the same id, and for every container of a pod, and one shim serves them", async () => {
      await using containerd = await MockContainerd.open({ version });
      for (const id of ["pod", "first", "second"]) containerd.bundle(id, { pod: "pod" });
      const ids = ["pod", "pod", "first", "second", "first"];
      const shims = [];
      for (const id of ids) shims.push(await containerd.start(id));
      expect(new Set(shims.map(({ endpoint }) => endpoint.address)).size).toBe(1);
      expect(containerd.shims).toHaveLength(1);
      containerd.bundle("alone");
      const alone = await containerd.start("alone");
      expect(alone.endpoint.address).not.toBe(shims[0]?.endpoint.address);
    });

    test("gives it to containers that are started at the same time, too", async () => {
      await using containerd = await MockContainerd.open({ version });
      const ids = Array.from({ length: 6 }, (_, at) => `c${at}`);
      for (const id of ids) containerd.bundle(id, { pod: "pod" });
      const shims = await Promise.all(ids.map((id) => containerd.start(id)));
      expect(new Set(shims.map(({ endpoint }) => endpoint.address)).size).toBe(1);
      expect(containerd.shims).toHaveLength(1);
    });

    test("makes a new shim where the old one was killed, at the same address", async () => {
      await using containerd = await MockContainerd.open({ version });
      containerd.bundle("a");
      const old = await containerd.start("a");
      const [killed] = containerd.shims;
      await containerd.killShim();
      await old.ended;
      const shim = await containerd.start("a");
      expect(shim.endpoint).toEqual(old.endpoint);
      expect(containerd.shims).not.toContain(killed);
      expect(await shim.run("a")).toBeGreaterThan(0);
      expect(await shim.end("a")).toBe(0);
    });

    test("makes a new shim where the old one has ended, and that took its socket with it", async () => {
      await using containerd = await MockContainerd.open({ version });
      containerd.bundle("a");
      const old = await containerd.start("a");
      await old.task.shutdown({ id: "a" });
      await old.ended;
      const socket = containerd.namespaces.path(old.endpoint.address.replace("unix://", ""));
      await until("the socket is gone", () => !existsSync(socket) && containerd.shims.length === 0);
      const shim = await containerd.start("a");
      expect(shim.endpoint).toEqual(old.endpoint);
      expect(containerd.shims).toHaveLength(1);
    });

    test("says what is wrong with a bundle, and leaves nothing behind", async () => {
      await using containerd = await MockContainerd.open({ version });
      writeFileSync(`${containerd.bundle("a")}/config.json`, '{"ociVersion": "1.0.2", "process": 7}');
      const { code, stdout, stderr } = await containerd.callStart("a");
      expect({ code, stdout: stdout.length }).toEqual({ code: 1, stdout: 0 });
      expect(stderr).toMatch(/^containerd-shim-wrun-v1: .*config\.json.*process.*\n$/);
      expect(containerd.shims).toEqual([]);
    });
  });
}

/** What may stand in a bundle where containerd's FIFO should. */
const logs: Readonly<Record<string, (path: string) => void>> = {
  "is no file at all": () => undefined,
  "is a plain file": (path) => writeFileSync(path, ""),
  "is a link to /dev/null": (path) => symlinkSync("/dev/null", path),
  "is a link to nowhere": (path) => symlinkSync("/nowhere/at/all", path),
  "is a folder": (path) => mkdirSync(path),
};

describe.skipIf(missing !== undefined)("the shim's log", () => {
  test("says what went wrong, in containerd's format", async () => {
    await using containerd = await MockContainerd.open();
    containerd.bundle("a");
    const shim = await containerd.start("a");
    await shim.run("a", { options: { type_url: "example.org/Options", value: Uint8Array.of(1) } });
    await shim.end("a");
    const line =
      /^time="[^"]+" level=warning msg="options of the type [^"]*" runtime=io\.containerd\.wrun\.v1 .*\n/;
    expect(containerd.log("a")).toMatch(line);
  });

  for (const [what, make] of Object.entries(logs)) {
    test(`is not needed where it ${what}`, async () => {
      await using containerd = await MockContainerd.open({ debug: true });
      const log = `${containerd.bundle("a")}/log`;
      rmSync(log);
      make(log);
      const shim = await containerd.start("a");
      // What has to be logged has nowhere to go, and nothing waits for it.
      await shim.run("a", { options: { type_url: "example.org/Options", value: Uint8Array.of(1) } });
      expect(await shim.end("a")).toBe(0);
      if (what === "is a plain file")
        expect(readFileSync(log, "utf8")).toContain("options of the type Options");
    });
  }

  test("holds nobody up where nobody reads it, however much there is to say", async () => {
    await using containerd = await MockContainerd.open();
    containerd.bundle("a");
    const shim = await containerd.start("a");
    const value = Uint8Array.of(1);
    // A pipe has room for 64 KiB: this is three times as much.
    for (let at = 0; at < 500; at++) {
      const options = { type_url: `example.org/${"x".repeat(300)}`, value };
      await shim.task.create({ id: "a", bundle: "/nowhere", options }).catch(() => undefined);
    }
    expect(containerd.log("a").length).toBeGreaterThan(60_000);
    expect(await shim.run("a")).toBeGreaterThan(0);
    expect(await shim.end("a")).toBe(0);
  });
});

describe.skipIf(missing !== undefined)("containerd's environment", () => {
  test("does not make the shim say anything where it means to steer Node, Bun or Go", async () => {
    const environment = {
      NODE_OPTIONS: "--trace-warnings --no-such-option",
      NODE_DEBUG: "*",
      NODE_NO_WARNINGS: "0",
      NODE_PENDING_DEPRECATION: "1",
      DEBUG: "*",
      GRPC_TRACE: "all",
      GRPC_VERBOSITY: "DEBUG",
      GODEBUG: "gctrace=1",
      OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:1",
      BUN_CONFIG_VERBOSE_FETCH: "1",
      NOTIFY_SOCKET: "/run/nowhere",
      LISTEN_FDS: "2",
      LISTEN_PID: "1",
    };
    await using containerd = await MockContainerd.open({ environment });
    containerd.bundle("a");
    const shim = await containerd.start("a");
    expect(await shim.run("a")).toBeGreaterThan(0);
    expect(await shim.end("a")).toBe(0);
    expect((await containerd.callVersion()).stderr).toBe("");
    expect((await containerd.info()).name).toBe("io.containerd.wrun.v1");
    expect(containerd.log("a")).toBe("");
  });
});

describe.skipIf(missing !== undefined)("the shim's program", () => {
  test("tells its version as containerd's shims do, and nothing on standard error", async () => {
    await using containerd = await MockContainerd.open();
    const { code, stdout, stderr } = await containerd.callVersion();
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(new TextDecoder().decode(stdout)).toMatch(
      /^containerd-shim-wrun-v1:\n {2}Version: {2}\d+\.\d+\.\d+\n {2}Revision: .*\n\n$/,
    );
  });

  test("tells what it is with options and without, and the answer is all that it prints", async () => {
    await using containerd = await MockContainerd.open({ version: "2.3" });
    const options = optionsAny({ binaryName: "runc" });
    for (const given of [undefined, new Uint8Array(), options]) {
      const { name, version } = await containerd.info(given);
      expect({ name, version }).toMatchObject({
        name: "io.containerd.wrun.v1",
        version: { version: expect.stringMatching(/^\d/) },
      });
    }
  });
});
