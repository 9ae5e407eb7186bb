import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { run } from "../wrun.ts";

const root = new URL("../..", import.meta.url).pathname;
const base = `${root}.tmp/debian-base`;

/** The root directory of a small Debian, made once by debootstrap: a base for images where no registry is. */
export async function debianBase(): Promise<string> {
  if (existsSync(base)) return base;
  mkdirSync(`${root}.tmp`, { recursive: true });
  const made = mkdtempSync(`${root}.tmp/debootstrap-`);
  // debootstrap takes its time, and other tests theirs meanwhile.
  const child = Bun.spawn(["debootstrap", "--variant=minbase", "stable", made], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const told = new Response(child.stdout).text();
  if ((await child.exited) !== 0) {
    run(["rm", "-rf", "--one-file-system", made]);
    throw new Error(`debootstrap: ${(await told).slice(-500)}`);
  }
  try {
    renameSync(made, base);
  } catch {
    // Another test file was faster.
    rmSync(made, { recursive: true, force: true });
  }
  return base;
}
