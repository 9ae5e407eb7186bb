// The low-level runtimes and the engines that the tests of the kernel sandbox run with, and the tools that images are
// shared with, from Debian.
import { has, installDebian } from "./setup.mjs";

const packages = [
  "crun",
  "runc",
  "podman",
  "buildah",
  "conmon",
  "catatonit",
  "skopeo",
  "umoci",
  "debootstrap",
];

/** Whether they are all there, installed where they were missing and we may. */
export function runtimes() {
  const missing = packages.filter((name) => !has(name));
  return missing.length === 0 || (installDebian(missing) && missing.every(has));
}
