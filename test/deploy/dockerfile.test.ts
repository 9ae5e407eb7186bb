import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type Environment, makeEnvironment, missing } from "../e2e/kernel/environment.ts";
import { hangTimeoutMs } from "../until.ts";
import type { Ended } from "../wrun.ts";
import { debianBase } from "./debian-base.ts";
import { containerdConfig, fakeHost } from "./fake-host.ts";

const root = new URL("../..", import.meta.url).pathname;
const skipped = missing ?? (Bun.which("debootstrap") === null ? "install Debian's debootstrap" : undefined);
if (skipped !== undefined) console.log(`the Dockerfiles are not built: ${skipped}`);

const image = "wrun-installer:0.1.0";

describe.skipIf(skipped !== undefined)("the Dockerfile", () => {
  let environment: Environment & { close(): void };

  const ok = (...command: string[]): string => {
    const { code, stdout, stderr } = environment.run(command);
    if (code !== 0) throw new Error(`${command.join(" ")}: ${code} ${stdout}${stderr}`);
    return stdout;
  };
  // The build stage needs npm's registry: what npm test has built already stands in for it.
  const build = (): string => {
    const args = ["--build-arg", "BASE=localhost/base", "--build-arg", "BUILD=localhost/base"];
    const flags = ["--isolation", "chroot", "--timestamp", "0", "--quiet", "--no-cache"];
    return ok(
      "buildah",
      "build",
      ...flags,
      ...args,
      "--build-context",
      `dist=${root}dist/lib`,
      "--tag",
      image,
      root,
    ).trim();
  };
  const call = (host: string, verb: string): Ended =>
    environment.run([
      "podman",
      "--runtime",
      "crun",
      "run",
      "--rm",
      "--user",
      "0",
      "--volume",
      `${host}:/host`,
      image,
      verb,
    ]);

  beforeAll(async () => {
    const base = await debianBase();
    environment = await makeEnvironment();
    ok("sh", "-c", 'tar -C "$1" -c . | podman import - localhost/base', "sh", base);
  }, 2 * hangTimeoutMs);
  afterAll(() => environment.close());

  test("makes the same image twice, which is not root's and has wrun and the installer alone", () => {
    expect(build()).toBe(build());
    expect(ok("podman", "inspect", "--format", "{{.Config.User}}", image)).toBe("65532:65532\n");
    const list = ["podman", "--runtime", "crun", "run", "--rm", "--entrypoint", "ls", image, "/opt/wrun"];
    const names = ok(...list).split("\n");
    for (const name of ["wrun", "wrun.node", "launch", "install.sh", "node-api.mjs"])
      expect(names).toContain(name);
    expect(names).not.toContain("node_modules");
    const version = [
      "podman",
      "--runtime",
      "crun",
      "run",
      "--rm",
      "--entrypoint",
      "wrun",
      image,
      "--version",
    ];
    expect(ok(...version)).toStartWith("wrun");
  });

  test("its installer puts wrun on a node that it has mounted, and takes it away", () => {
    const host = fakeHost({ "/etc/containerd/config.toml": containerdConfig(2) });
    expect(call(host, "install")).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("wrun is ready for containerd"),
    });
    expect(readFileSync(`${host}/etc/containerd/config.toml`, "utf8")).toContain("io.containerd.wrun.v1");
    expect(environment.run([`${host}/usr/local/bin/wrun`, "--version"]).stdout).toStartWith("wrun");
    expect(call(host, "uninstall")).toMatchObject({ code: 0 });
    expect(readFileSync(`${host}/etc/containerd/config.toml`, "utf8")).toBe(containerdConfig(2));
    expect(existsSync(`${host}/usr/local/bin/wrun`)).toBe(false);
  });

  test("kind's node image has wrun in its containerd, and nothing of the installer", () => {
    const folder = `${environment.folder}/node`;
    ok("mkdir", folder);
    writeFileSync(`${folder}/config.toml`, containerdConfig(3));
    writeFileSync(
      `${folder}/Containerfile`,
      "FROM localhost/base\nCOPY config.toml /etc/containerd/config.toml\nRUN touch /usr/bin/crun\n",
    );
    ok("buildah", "build", "--isolation", "chroot", "--quiet", "--tag", "localhost/node", folder);
    const args = ["--build-arg", "NODE=localhost/node", "--build-arg", `INSTALLER=${image}`];
    ok(
      "buildah",
      "build",
      "--isolation",
      "chroot",
      "--quiet",
      ...args,
      "--tag",
      "kind-node",
      `${root}deploy/kind`,
    );
    const script =
      "cat /etc/containerd/config.toml; ls /opt; containerd-shim-wrun-v1 -v; readlink /usr/local/bin/wrun";
    const inside = ok(
      "podman",
      "--runtime",
      "crun",
      "run",
      "--rm",
      "--entrypoint",
      "sh",
      "kind-node",
      "-c",
      script,
    );
    expect(inside).toContain('runtime_type = "io.containerd.wrun.v1"');
    expect(inside).toContain("containerd-shim-wrun-v1");
    expect(inside).toEndWith("../lib/wrun/launch\n");
    expect(inside).not.toContain("\nwrun\n");
  });
});
