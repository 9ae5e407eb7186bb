import { mkdirSync, readFileSync, writeFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "bun:test";
import { run, temporaryDirectory, wrun } from "../wrun.ts";

const wasm = new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);

function starter(): { readonly bundle: string; readonly module: string } {
  const bundle = temporaryDirectory();
  const module = join(bundle, "guest.wasm");
  writeFileSync(module, wasm);
  return { bundle, module };
}

test("wrun spec writes a config.json that wrun plan finds nothing wrong with", () => {
  const { bundle, module } = starter();
  const spec = run([wrun, "spec", "--bundle", bundle, "--wasm", module]);
  expect([spec.code, spec.stdout, spec.stderr]).toEqual([0, "", ""]);
  for (const sandbox of ["embedded", "kernel"]) {
    const plan = run([wrun, "--sandbox", sandbox, "plan", "--bundle", bundle]);
    expect([plan.code, plan.stderr]).toEqual([0, ""]);
    expect(plan.stdout).toStartWith(
      `wasm: /guest.wasm is a wasm module (rule content)\nsandbox: ${sandbox}\n`,
    );
    expect(plan.stdout).not.toContain("WARNING");
  }
});

test("wrun spec makes the bundle's directory, not those above it", () => {
  const { bundle, module } = starter();
  const made = `${bundle}/new`;
  expect(run([wrun, "spec", "--bundle", made, "--wasm", module])).toMatchObject({ code: 0, stderr: "" });
  expect(readdirSync(made).sort()).toEqual(["config.json", "rootfs"]);
  const { code, stderr } = run([wrun, "spec", "--bundle", `${bundle}/a/b`]);
  expect([code, stderr]).toEqual([1, `wrun: cannot create ${bundle}/a/b: No such file or directory\n`]);
});

test("wrun spec leaves a config.json that is there as it is", () => {
  const { bundle } = starter();
  writeFileSync(join(bundle, "config.json"), "mine");
  const spec = run([wrun, "spec", "--bundle", bundle]);
  expect([spec.code, spec.stdout]).toEqual([1, ""]);
  expect(spec.stderr).toBe(`wrun: cannot write ${bundle}/config.json: File exists\n`);
  expect(readFileSync(join(bundle, "config.json"), "utf8")).toBe("mine");
});

test("wrun spec refuses a module that is not there, and writes nothing", () => {
  const { bundle } = starter();
  const spec = run([wrun, "spec", "--wasm", "nope.wasm"], { cwd: bundle });
  expect([spec.code, spec.stderr]).toEqual([
    1,
    `wrun: cannot open ${bundle}/nope.wasm: No such file or directory\n`,
  ]);
  expect(run([wrun, "plan"], { cwd: bundle }).stderr).toContain("config.json: no such file or directory");
});

test("wrun plan names the field of each grant and of what was dropped", () => {
  const { bundle, module } = starter();
  run([wrun, "spec", "--wasm", module], { cwd: bundle });
  const { stdout } = run([wrun, "plan", "--sandbox", "embedded"], { cwd: bundle });
  expect(stdout).toMatch(/ {2}preopen \/guest.wasm, read-only, from .*  mounts\[3\]\n/);
  expect(stdout).toMatch(/ {2}\/proc is hidden: proc belongs to the kernel +mounts\[0\]\n/);
  expect(stdout).toContain(`--file ${module}::/guest.wasm::ro --hide /proc`);
});

test("wrun plan --format json holds the whole grant, and the edited config.json for the kernel sandbox", () => {
  const { bundle, module } = starter();
  run([wrun, "spec", "--wasm", module], { cwd: bundle });
  const embedded = JSON.parse(
    run([wrun, "--sandbox=embedded", "plan", "--format=json"], { cwd: bundle }).stdout,
  ) as Record<string, unknown>;
  expect(embedded["grant"]).toMatchObject({ module: "/guest.wasm", args: ["/guest.wasm"], cwd: "/" });
  expect(embedded["config"]).toBeUndefined();
  const kernel = run([wrun, "plan", "--sandbox=kernel", "-f", "json"], { cwd: bundle }).stdout;
  expect(JSON.parse(kernel)).toMatchObject({ config: { process: { noNewPrivileges: true } } });
});

test("wrun plan says why a native container is not touched", () => {
  const { bundle } = starter();
  const config = { ociVersion: "1.0.2", process: { args: ["sh"], cwd: "/" }, root: { path: "rootfs" } };
  writeFileSync(join(bundle, "config.json"), JSON.stringify(config));
  mkdirSync(join(bundle, "rootfs/bin"), { recursive: true });
  writeFileSync(join(bundle, "rootfs/bin/sh"), "\u007fELF", { mode: 0o755 });
  expect(run([wrun, "plan", "-b", bundle]).stdout).toStartWith(
    "native: /bin/sh is an ELF executable (rule native)\n",
  );
});

test("wrun plan shows nothing of a hostile bundle that a terminal would obey", () => {
  const { bundle } = starter();
  const evil = "\u001b]0;owned\u0007\u009b31m\u202e\nWARNING";
  const config = {
    ociVersion: "1.0.2",
    process: {
      args: [`/${evil}`, evil, "x".repeat(100_000)],
      cwd: `/${evil}`,
      env: [`${evil}=1`, evil],
      user: { uid: process.getuid?.(), gid: process.getgid?.() },
    },
    root: { path: "rootfs" },
    hostname: evil,
    annotations: { "run.oci.handler": "wasm" },
    mounts: [
      { destination: `/${evil}`, type: "tmpfs" },
      { destination: "/y", type: "proc" },
    ],
  };
  writeFileSync(join(bundle, "config.json"), JSON.stringify(config));
  for (const format of ["text", "json"]) {
    const { code, stdout } = run([wrun, "plan", "--sandbox", "embedded", "-b", bundle, "--format", format]);
    expect(code).toBe(0);
    expect(stdout.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\u202e]/u);
    if (format === "text") expect(stdout.length).toBeLessThan(5000);
  }
});

test("wrun plan and wrun spec say how they are to be called", () => {
  expect(run([wrun, "plan", "dir"]).stderr).toBe("wrun: usage: wrun plan [flags]: see 'wrun plan --help'\n");
  expect(run([wrun, "plan", "--format", "xml"]).stderr).toBe(
    `wrun: --format: "xml" is not one of text, json\n`,
  );
  expect(run([wrun, "spec", "x"]).stderr).toBe("wrun: usage: wrun spec [flags]: see 'wrun spec --help'\n");
});
