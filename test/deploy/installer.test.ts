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
  readonly #image = temporaryDirectory();
  readonly #env: Record<string, string>;

  constructor(files: Readonly<Record<string, string>>, units: readonly string[]) {
    this.root = fakeHost(files);
    const lib = executable.slice(0, executable.lastIndexOf("/"));
    for (const name of ["wrun", "wrun.node", "launch"])
      run(["ln", `${lib}/${name}`, `${this.#image}/${name}`]);
    run(["cp", `${installer}node-api.mjs`, this.#image]);
    mkdirSync(`${this.#image}/bin`);
    // What enters the node: here it only tells what it would do there.
    const fake = `#!/bin/sh
while [ "$1" != -- ]; do shift; done; shift
case "$2" in is-active) case " ${units.join(" ")} " in *" $4 "*) exit 0;; esac; exit 3;; esac
echo "$*" >>${this.#image}/restarts\n`;
    writeFileSync(`${this.#image}/bin/nsenter`, fake);
    chmodSync(`${this.#image}/bin/nsenter`, 0o755);
    const path = `${this.#image}/bin:${process.env["PATH"] ?? ""}`;
    this.#env = { PATH: path, HOST_ROOT: this.root, WRUN: this.#image };
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
    const path = `${this.#image}/restarts`;
    const lines = existsSync(path) ? readFileSync(path, "utf8").split("\n").slice(0, -1) : [];
    run(["rm", "-f", path]);
    return lines;
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

/** An API server that knows one node and, until it is deleted, our DaemonSet. */
class ApiServer implements Disposable {
  readonly calls: string[] = [];
  daemonSet: "there" | "deleting" | "gone" | "forbidden" = "there";
  readonly #server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: async (request) => {
      const { pathname } = new URL(request.url);
      const allowed = request.headers.get("authorization") === "Bearer secret";
      this.calls.push(`${request.method} ${pathname} ${await request.text()}`.trim());
      if (!allowed) return new Response("who are you?", { status: 401 });
      if (request.method === "PATCH") return Response.json({});
      if (this.daemonSet === "gone") return new Response("", { status: 404 });
      if (this.daemonSet === "forbidden") return new Response("", { status: 403 });
      const deletionTimestamp =
        this.daemonSet === "deleting" ? { deletionTimestamp: "2026-01-01T00:00:00Z" } : {};
      return Response.json({ metadata: { name: "wrun-node-installer", ...deletionTimestamp } });
    },
  });

  env(): Record<string, string> {
    const account = temporaryDirectory();
    writeFileSync(`${account}/token`, "secret\n");
    writeFileSync(`${account}/namespace`, "wrun-system");
    return {
      KUBERNETES_API: `http://127.0.0.1:${this.#server.port}`,
      SERVICE_ACCOUNT: account,
      NODE_NAME: "node-1",
    };
  }

  [Symbol.dispose](): void {
    void this.#server.stop(true);
  }
}

const labelled = 'PATCH /api/v1/nodes/node-1 {"metadata":{"labels":{"wrun-runtime":"installed"}}}';
const unlabelled = 'PATCH /api/v1/nodes/node-1 {"metadata":{"labels":{"wrun-runtime":null}}}';
const asked = "GET /apis/apps/v1/namespaces/wrun-system/daemonsets/wrun-node-installer";

describe("the node installer's pod", () => {
  for (const [daemonSet, undone] of [
    ["there", false],
    ["deleting", true],
    ["gone", true],
    ["forbidden", true],
  ] as const)
    test(`labels its node, and when it ends with its DaemonSet ${daemonSet} ${undone ? "undoes all" : "leaves wrun there"}`, async () => {
      using server = new ApiServer();
      const node = new Node({ "/etc/containerd/config.toml": containerdConfig(2) }, ["containerd"]);
      const pod = node.spawn(server.env());
      await until("the node is labelled", () => server.calls.includes(labelled));
      server.daemonSet = daemonSet;
      pod.kill("SIGTERM");
      expect(await pod.exited).toBe(0);
      expect(server.calls).toEqual([labelled, asked, ...(undone ? [unlabelled] : [])]);
      expect(existsSync(`${node.root}/usr/local/bin/wrun`)).toBe(!undone);
      expect(node.read("/etc/containerd/config.toml").includes("wrun")).toBe(!undone);
    });

  test("leaves wrun there where the API server does not answer", async () => {
    const server = new ApiServer();
    const node = new Node({ "/etc/containerd/config.toml": containerdConfig(2) }, ["containerd"]);
    const pod = node.spawn(server.env());
    await until("the node is labelled", () => server.calls.includes(labelled));
    server[Symbol.dispose]();
    pod.kill("SIGTERM");
    expect(await pod.exited).toBe(0);
    expect(await new Response(pod.stderr).text()).toContain("does not answer");
    expect(existsSync(`${node.root}/usr/local/bin/wrun`)).toBe(true);
  });
});
