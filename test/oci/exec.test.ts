import { expect, test } from "bun:test";
import { planExec } from "../../oci/exec.ts";
import { tableProbe } from "../fakes/table-probe.ts";
import { goldenCases, planCase } from "./golden-case.ts";

test("planExec() in the container of an artifact opens what it names as the guest's, not the artifact's module", () => {
  const golden = goldenCases().find(({ name }) => name === "containerd-artifact");
  if (golden === undefined) throw new Error("no case called containerd-artifact");
  const { spec } = planCase(golden, "kernel");
  const plan = planExec({
    engine: { args: spec.process?.args ?? [], env: spec.process?.env ?? [] },
    process: { args: ["/tools/x.wasm", "y"], cwd: "/" },
    probe: tableProbe({ files: { "/tools/x.wasm": "module" } }),
    sandbox: "kernel",
    bundle: "/bundle",
    scratch: "/bundle",
    uid: 0,
    gid: 0,
    listenFds: 0,
  });
  if (plan.kind !== "wasm") throw new Error(plan.because);
  expect(plan.process.args?.slice(-4)).toEqual(["--guest-module", "--", "/tools/x.wasm", "y"]);
  expect(plan.process.args).not.toContain("/dev/.wrun/module.wasm");
});
