// What the tests of the containerd shim run with, from Debian. The package starts a service where there is an init to do
// so; the tests start a containerd of their own.
import { existsSync } from "node:fs";
import { has, installDebian } from "./setup.mjs";

const packages = ["containerd", "runc", "crun", "containernetworking-plugins", "iproute2"];
const programs = ["containerd", "ctr", "runc", "crun", "ip"];
const plugin = "/usr/lib/cni/ptp";

/** Whether it is all there, installed where it was missing and we may. */
export function containerd() {
  const complete = () => programs.every(has) && existsSync(plugin);
  return complete() || (installDebian(packages) && complete());
}
