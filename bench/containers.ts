import { makeEnvironment, missing } from "../test/e2e/kernel/environment.ts";

/**
 * The benchmarks of the kernel sandbox, in a mount namespace of their own with Podman's storage in a temporary
 * folder. The whole series runs inside, so that entering costs no figure anything.
 */
export async function benchContainers(args: readonly string[]): Promise<void> {
  if (missing !== undefined) return console.log(`\nkernel and podman are skipped: ${missing}`);
  const environment = await makeEnvironment();
  try {
    const program = [process.execPath, `${import.meta.dirname}/contained.ts`, environment.folder, ...args];
    const peer = process.env["PEER_CRUN"];
    const env = { ...environment.env, ...(peer === undefined ? {} : { PEER_CRUN: peer }) };
    const inside = Bun.spawn(environment.command(program), { env, stdio: ["ignore", "inherit", "inherit"] });
    process.exitCode = await inside.exited;
  } finally {
    environment.close();
  }
}
