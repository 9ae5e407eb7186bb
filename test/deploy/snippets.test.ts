import { readFileSync } from "node:fs";
import { expect, test } from "bun:test";
import { run, wrun } from "../wrun.ts";
import { containerdConfig, fakeHost } from "./fake-host.ts";

const deploy = new URL("../../deploy/", import.meta.url).pathname;
const installed = { "/usr/local/bin/wrun": "", "/usr/local/lib/wrun/ld.so": "" };
const imports = 'imports = ["/etc/containerd/conf.d/*.toml"]\n';

const snippets: readonly (readonly [string, string, Readonly<Record<string, string>>])[] = [
  ["podman/50-wrun.conf", "podman", {}],
  ["crio/50-wrun.conf", "crio", {}],
  ["docker/daemon.json", "docker", {}],
  ["containerd/config-v2.toml", "containerd", { "/etc/containerd/config.toml": containerdConfig(2) }],
  [
    "containerd/50-wrun-v3.toml",
    "containerd",
    { "/etc/containerd/config.toml": containerdConfig(3, imports) },
  ],
];

test.each(snippets)("deploy/%s is what 'wrun configure %s' writes", (file, engine, files) => {
  const root = fakeHost({ ...installed, ...files });
  const dry = run([wrun, "configure", engine, "--dry-run", "--host-root", root]);
  expect(dry.code).toBe(0);
  expect(readFileSync(`${deploy}${file}`, "utf8")).toBe(dry.stdout);
});

test("the monitor's units are what 'wrun configure monitor' writes", () => {
  const root = fakeHost(installed);
  expect(run([wrun, "configure", "monitor", "--host-root", root]).code).toBe(0);
  for (const unit of ["wrun-monitor.service", "wrun-monitor.socket"])
    expect(readFileSync(`${deploy}systemd/${unit}`, "utf8")).toBe(
      readFileSync(`${root}/etc/systemd/system/${unit}`, "utf8"),
    );
});

test.skipIf(Bun.which("systemd-analyze") === null)("systemd finds nothing wrong with the units", () => {
  const root = fakeHost();
  const units = ["wrun-wasm@.service", "wrun-wasm@.socket", "wrun-monitor.service", "wrun-monitor.socket"];
  run(["mkdir", "-p", `${root}/etc/systemd/system`]);
  for (const unit of units) run(["cp", `${deploy}systemd/${unit}`, `${root}/etc/systemd/system/${unit}`]);
  const unitFolders = { SYSTEMD_UNIT_PATH: `${root}/etc/systemd/system:`, PATH: process.env["PATH"] ?? "" };
  for (const unit of ["wrun-wasm@app.service", "wrun-wasm@app.socket", ...units.slice(2)]) {
    const told = run(["systemd-analyze", "verify", unit], { env: unitFolders }).stderr;
    const about = told
      .split("\n")
      .filter((line) => /wrun-/.test(line) && !/is not executable|Failed to load/.test(line));
    expect(about).toEqual([]);
  }
});
