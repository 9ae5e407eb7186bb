import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "bun:test";
import { until } from "../e2e/containers.ts";
import { type Ended, executable, run, temporaryDirectory } from "../wrun.ts";
import { containerdConfig, fakeHost } from "./fake-host.ts";

const installer = new URL("../../deploy/installer/", import.meta.url).pathname;
const template = "/var/lib/rancher/k3s/agent/etc/containerd";

/** A folder as the installer's image has it, and a node on which `units` run. */
class Node {
  readonly root: string;
  /** The folder of the installer's image. */
  readonly image: string = temporaryDirectory();
  readonly #env: Record<string, string>;

  constructor(files: Readonly<Record<string, string>>, units: readonly string[]) {
    this.root = fakeHost(files);
    const lib = executable.slice(0, executable.lastIndexOf("/"));
    for (const name of ["wrun", "wrun.node", "launch"])
      run(["ln", `${lib}/${name}`, `${this.image}/${name}`]);
    run(["cp", `${installer}node-api.mjs`, this.image]);
    mkdirSync(`${this.image}/bin`);
    // What enters the node: here it only tells what it would do there.
    const fake = `#!/bin/sh
while [ "$1" != -- ]; do shift; done; shift
case "$2" in is-active) case " ${units.join(" ")} " in *" $4 "*) exit 0;; esac; exit 3;; esac
echo "$*" >>${this.image}/restarts
{ cat ${this.root}/etc/containerd/* ${this.root}/etc/containerd/conf.d/* ${this.root}/etc/crio/crio.conf.d/* ${this.root}${template}/*; } 2>/dev/null | cksum >>${this.image}/read\n`;
    writeFileSync(`${this.image}/bin/nsenter`, fake);
    chmodSync(`${this.image}/bin/nsenter`, 0o755);
    const path = `${this.image}/bin:${process.env["PATH"] ?? ""}`;
    this.#env = { PATH: path, HOST_ROOT: this.root, WRUN: this.image };
  }

  call(verb: string, env: Record<string, string> = {}): Ended {
    return run([`${installer}install.sh`, verb], { env: { ...this.#env, ...env } });
  }

  spawn(env: Record<string, string>): Bun.Subprocess<"ignore", "pipe", "pipe"> {
    return Bun.spawn([`${installer}install.sh`, "daemon"], {
      env: { ...this.#env, ...env },
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
    });
  }

  /** The units that were restarted since the last time that this was asked. */
  restarts(): string[] {
    const path = `${this.image}/restarts`;
    const lines = existsSync(path) ? readFileSync(path, "utf8").split("\n").slice(0, -1) : [];
    run(["rm", "-f", path]);
    return lines;
  }

  /** Calls a verb that is killed at its step `killAt`: false where it has no such step. A step is a command that changes something: it is killed right after it. */
  callKilled(verb: string, killAt: number): boolean {
    const folder = temporaryDirectory();
    mkdirSync(`${folder}/bin`);
    for (const name of steps) {
      const real =
        name === "wrun" ? `${this.image}/wrun` : (Bun.which(name, { PATH: this.#env["PATH"] ?? "" }) ?? "");
      // A pipe's part is a child of the installer's: all of its group ends.
      const text = `#!/bin/sh
kill_at() { echo >>${folder}/steps; if [ "$(wc -l <${folder}/steps)" = ${killAt} ]; then kill -KILL -$(cat ${folder}/pid); fi; }
${real} "$@"; code=$?; kill_at; exit $code\n`;
      const place = name === "wrun" ? folder : `${folder}/bin`;
      writeFileSync(`${place}/${name}`, text, { mode: 0o755 });
    }
    const start = `echo $$ >${folder}/pid; exec ${installer}install.sh ${verb}`;
    const env = { ...this.#env, PATH: `${folder}/bin:${this.#env["PATH"] ?? ""}`, WRUN: folder };
    return run(["setsid", "--wait", "sh", "-c", start], { env }).code !== 0;
  }

  /** What the engine has read each time that it was restarted, as a checksum. */
  restartedWith(): string[] {
    const path = `${this.image}/read`;
    return existsSync(path) ? readFileSync(path, "utf8").split("\n").slice(0, -1) : [];
  }

  /** What it would read now. */
  engineFiles(): string {
    const folders = ["/etc/containerd", "/etc/containerd/conf.d", "/etc/crio/crio.conf.d", template];
    const globs = folders.map((folder) => `${this.root}${folder}/*`).join(" ");
    return run(["sh", "-c", `cat ${globs} 2>/dev/null | cksum`]).stdout.trim();
  }

  /** Every file of the node with its content, links with their targets. Directories that were made may stay. */
  files(): string {
    const list = 'cd "$1"; find . -type f -exec cksum {} + ; find . -type l -printf "link %p -> %l\\n"';
    return run(["sh", "-c", list, "sh", this.root]).stdout.split("\n").sort().join("\n");
  }

  read(path: string): string {
    return readFileSync(`${this.root}${path}`, "utf8");
  }
}

const engines = [
  [
    "containerd, version 2",
    { "/etc/containerd/config.toml": containerdConfig(2) },
    "containerd",
    "/etc/containerd/config.toml",
  ],
  [
    "containerd, version 3 with drop-ins",
    { "/etc/containerd/config.toml": containerdConfig(3, 'imports = ["/etc/containerd/conf.d/*.toml"]\n') },
    "containerd",
    "/etc/containerd/conf.d/50-wrun.toml",
  ],
  ["CRI-O", { "/etc/crio/crio.conf": "" }, "crio", "/etc/crio/crio.conf.d/50-wrun.conf"],
  ["K3s", { [`${template}/config.toml`]: containerdConfig(2) }, "k3s-agent", `${template}/config.toml.tmpl`],
  [
    "K3s with containerd 2",
    { [`${template}/config.toml`]: containerdConfig(3) },
    "k3s",
    `${template}/config-v3.toml.tmpl`,
  ],
  [
    "K3s with a template of its administrator's",
    {
      [`${template}/config.toml`]: containerdConfig(3),
      [`${template}/config-v3.toml.tmpl`]: '{{ template "base" . }}\n# mine\n',
    },
    "k3s",
    `${template}/config-v3.toml.tmpl`,
  ],
] as const;

describe.each(engines)("the node installer on %s", (_, files, unit, written) => {
  test("installs, restarts once, and undoes all of it", () => {
    const node = new Node(files, [unit]);
    const before = node.files();

    const first = node.call("install");
    expect(first).toMatchObject({ code: 0, stderr: "" });
    expect(node.restarts()).toEqual([`systemctl restart ${unit}`]);
    expect(node.read(written)).toContain("wrun");
    for (const name of ["wrun", "crun-wasm", "containerd-shim-wrun-v1"])
      expect(existsSync(`${node.root}/usr/local/bin/${name}`)).toBe(true);

    const after = node.files();
    expect(node.call("install")).toMatchObject({ code: 0, stderr: "" });
    expect(node.files()).toBe(after);
    expect(node.restarts()).toEqual([]);

    expect(node.call("uninstall")).toMatchObject({ code: 0, stderr: "" });
    expect(node.restarts()).toEqual([`systemctl restart ${unit}`]);
    expect(node.files()).toBe(before);
    expect(node.call("uninstall")).toMatchObject({ code: 0, stderr: "" });
    expect(node.restarts()).toEqual([]);
  });
});

describe("the node installer", () => {
  test("gives K3s its own runc, where no other is there", () => {
    const runc = "/var/lib/rancher/k3s/data/current/bin/runc";
    const node = new Node({ [`${template}/config.toml`]: containerdConfig(2), [runc]: "" }, ["k3s"]);
    expect(node.call("install")).toMatchObject({ code: 0 });
    expect(node.read("/etc/wrun/config.toml")).toContain(`runtime = "${runc}"\n`);
    node.call("uninstall");
    expect(existsSync(`${node.root}/etc/wrun`)).toBe(false);
  });

  test("leaves somebody's own installation as it is", () => {
    const mine = { "/usr/local/bin/wrun": "mine", "/usr/local/lib/wrun/ld.so": "" };
    const node = new Node({ "/etc/containerd/config.toml": containerdConfig(2), ...mine }, ["containerd"]);
    expect(node.call("install").stdout).toContain("installed on this node already: it is left as it is");
    node.call("uninstall");
    expect(node.read("/usr/local/bin/wrun")).toBe("mine");
    expect(readdirSync(`${node.root}/usr/local/lib`)).toEqual(["wrun"]);
  });

  test("restarts nothing that does not run, and says what it cannot do", () => {
    const node = new Node({ "/etc/containerd/config.toml": 'version = 2\ndisabled_plugins = ["cri"]\n' }, []);
    const ended = node.call("install");
    expect(ended.code).not.toBe(0);
    expect(ended.stderr).toContain("disables the CRI plugin");
    expect(node.call("install", { ENGINE: "lxc" }).stderr).toContain("it is containerd, crio or k3s");
    expect(node.call("install", { ENGINE: "k3s" }).stderr).toContain(
      "neither K3s nor RKE2 has written its config.toml yet",
    );
    expect(node.call("install", { HOST_ROOT: "/nowhere" }).stderr).toContain("is no node's root directory");
    expect(node.call("").stderr).toContain("usage: install.sh install|uninstall|daemon");
    expect(node.restarts()).toEqual([]);
  });
});

interface Reply {
  readonly status: number;
  readonly body: unknown;
}

const uid = "0b5e5c8e-6d3f-4a57-9f0e-1d7d8f2f9a11";
const daemonSet = (metadata: object = {}): Reply => ({
  status: 200,
  body: { kind: "DaemonSet", metadata: { name: "wrun-node-installer", uid, ...metadata } },
});
const problem = (status: number, reason: string): Reply => ({
  status,
  body: { kind: "Status", status: "Failure", reason, message: `it is ${reason}`, code: status },
});
const [notFound, unauthorized] = [problem(404, "NotFound"), problem(401, "Unauthorized")];

/** An API server that knows one node, and answers for our DaemonSet as it is told. */
class ApiServer implements Disposable {
  readonly calls: string[] = [];
  /** One after the other; the last one again and again. */
  replies: Reply[] = [daemonSet()];
  readonly account: string = temporaryDirectory();
  readonly #server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: async (request) => {
      const { pathname } = new URL(request.url);
      const allowed = request.headers.get("authorization") === "Bearer secret";
      this.calls.push(`${request.method} ${pathname} ${await request.text()}`.trim());
      if (!allowed) return Response.json(unauthorized.body, { status: 401 });
      if (request.method === "PATCH") return Response.json({});
      const reply = this.replies.length > 1 ? this.replies.shift() : this.replies[0];
      const { status, body } = reply ?? daemonSet();
      return typeof body === "string" ? new Response(body, { status }) : Response.json(body, { status });
    },
  });

  env(): Record<string, string> {
    writeFileSync(`${this.account}/token`, "secret\n");
    writeFileSync(`${this.account}/namespace`, "wrun-system");
    return {
      KUBERNETES_API: `http://127.0.0.1:${this.#server.port}`,
      SERVICE_ACCOUNT: this.account,
      NODE_NAME: "node-1",
      ASK_SECONDS: "1.5",
    };
  }

  [Symbol.dispose](): void {
    void this.#server.stop(true);
  }
}

const labelled = 'PATCH /api/v1/nodes/node-1 {"metadata":{"labels":{"wrun-runtime":"installed"}}}';
const unlabelled = 'PATCH /api/v1/nodes/node-1 {"metadata":{"labels":{"wrun-runtime":null}}}';
const asked = "GET /apis/apps/v1/namespaces/wrun-system/daemonsets/wrun-node-installer";

/** A pod that has installed wrun, ended once the API server answers so: whether wrun is on its node still, and what was asked and said at the end. */
async function endPod(
  server: ApiServer,
  replies: readonly Reply[],
): Promise<{ readonly stays: boolean; readonly calls: string[]; readonly stderr: string }> {
  const node = new Node({ "/etc/containerd/config.toml": containerdConfig(2) }, ["containerd"]);
  const pod = node.spawn(server.env());
  await until("the node is labelled", () => server.calls.includes(labelled));
  expect(server.calls.splice(0)).toEqual([asked, labelled]);
  server.replies = [...replies];
  pod.kill("SIGTERM");
  expect(await pod.exited).toBe(0);
  const stays = existsSync(`${node.root}/usr/local/bin/wrun`);
  expect(node.read("/etc/containerd/config.toml").includes("wrun")).toBe(stays);
  return { stays, calls: server.calls, stderr: await new Response(pod.stderr).text() };
}

describe("the node installer's pod", () => {
  test.each([
    ["was deleted", notFound],
    ["is being deleted", daemonSet({ deletionTimestamp: "2026-01-01T00:00:00Z" })],
  ])("removes everything where its DaemonSet %s", async (_, reply) => {
    using server = new ApiServer();
    expect(await endPod(server, [reply])).toEqual({ stays: false, calls: [asked, unlabelled], stderr: "" });
  });

  test.each([
    ["is there", daemonSet()],
    ["was deleted, and made anew", daemonSet({ uid: "another" })],
  ])("leaves wrun there, without asking twice, where its DaemonSet %s", async (_, reply) => {
    using server = new ApiServer();
    expect(await endPod(server, [reply])).toEqual({ stays: true, calls: [asked], stderr: "" });
  });

  test.each([
    ["its account was deleted", unauthorized, "401 it is Unauthorized"],
    ["its rights were taken away", problem(403, "Forbidden"), "403 it is Forbidden"],
    ["the API server is overloaded", problem(429, "TooManyRequests"), "429 it is TooManyRequests"],
    ["the API server fails", problem(500, "InternalError"), "500 it is InternalError"],
    ["the API server is starting", { status: 503, body: "not ready" }, "503 not ready"],
    [
      "something else answers in its place",
      { status: 404, body: "<h1>Not found</h1>" },
      "404 <h1>Not found</h1>",
    ],
    ["something else answers all with yes", { status: 200, body: "<h1>Log in</h1>" }, "200 <h1>Log in</h1>"],
    ["it lacks the API", { status: 404, body: {} }, "404"],
  ])("asks again and leaves wrun there, saying why once, where %s", async (_, reply, why) => {
    using server = new ApiServer();
    const { stays, calls, stderr } = await endPod(server, [reply]);
    expect(stays).toBe(true);
    expect(calls.length).toBeGreaterThan(1);
    expect(new Set(calls)).toEqual(new Set([asked]));
    expect(stderr).toBe(
      `wrun-installer: cannot find out whether the DaemonSet wrun-system/wrun-node-installer was deleted, so wrun stays on this node: ${why}\n`,
    );
  });

  test.each([
    ["removes everything", notFound, false],
    ["leaves wrun there", daemonSet(), true],
  ])("%s once an API server that did not know says so", async (_, reply, stays) => {
    using server = new ApiServer();
    const ended = await endPod(server, [problem(503, "ServiceUnavailable"), reply]);
    expect(ended).toMatchObject({ stays, stderr: "" });
  });

  test("leaves wrun there where it has never seen its DaemonSet, as one of another name", async () => {
    using server = new ApiServer();
    server.replies = [notFound];
    const { stays, calls, stderr } = await endPod(server, [notFound]);
    expect({ stays, calls }).toEqual({ stays: true, calls: [] });
    expect(stderr).toContain("cannot see the DaemonSet wrun-system/wrun-node-installer");
  });

  test("asks with the token that the kubelet has put there last", async () => {
    using server = new ApiServer();
    const env = server.env();
    writeFileSync(`${server.account}/token`, "expired\n");
    const image = new Node({}, []).image;
    const asking = Bun.spawn([`${image}/wrun`, `${image}/node-api.mjs`, "is-deleted", uid], {
      env: { ...env, ASK_SECONDS: "60", BUN_BE_BUN: "1" },
    });
    server.replies = [notFound];
    await until("it is refused", () => server.calls.length > 0);
    writeFileSync(`${server.account}/token`, "secret\n");
    expect(await asking.exited).toBe(0);
  });

  test("leaves wrun there where the API server does not answer", async () => {
    const server = new ApiServer();
    const node = new Node({ "/etc/containerd/config.toml": containerdConfig(2) }, ["containerd"]);
    const pod = node.spawn(server.env());
    await until("the node is labelled", () => server.calls.includes(labelled));
    server[Symbol.dispose]();
    pod.kill("SIGTERM");
    expect(await pod.exited).toBe(0);
    const said = await new Response(pod.stderr).text();
    expect(said.match(/does not answer/g)).toEqual(["does not answer"]);
    expect(existsSync(`${node.root}/usr/local/bin/wrun`)).toBe(true);
  });
});

// In their place is a program that kills the installer once they have ended.
const steps = ["mkdir", "mv", "rm", "wrun", "nsenter"];

for (const [name, files, unit] of [engines[0], engines[3]])
  describe(`the node installer on ${name}, killed after every step`, () => {
    const untouched = new Node(files, [unit]).files();
    const sample = new Node(files, [unit]);
    sample.call("install");
    const installed = sample.files();

    for (const [verb, goal] of [
      ["install", installed],
      ["uninstall", untouched],
    ] as const)
      test(`the next ${verb} completes what it has begun`, () => {
        for (let killAt = 1; ; killAt++) {
          const node = new Node(files, [unit]);
          if (verb === "uninstall") node.call("install");
          if (!node.callKilled(verb, killAt)) {
            expect(node.files()).toBe(goal);
            expect(killAt).toBeGreaterThan(6);
            return;
          }
          expect(node.call(verb)).toMatchObject({ code: 0, stderr: "" });
          expect(node.files()).toBe(goal);
          // The engine has read its configuration as it is now.
          expect(node.restartedWith().at(-1)).toBe(node.engineFiles());
        }
      }, 600_000);
  });
