import { hangTimeoutMs } from "./until.ts";

/** How often a race is run: what is lost one time in a thousand is found, but for one time in 20,000. */
export const raceRounds = 10_000;

/** For a machine that is busy with others: the rounds bound a race, not the time. */
export const raceTimeoutMs = 2 * hangTimeoutMs;

/**
 * A process that exchanges two names again and again, by renameat2(2), while it is not disposed of: what it has done at any
 * moment nobody can know who looks at one of them twice.
 */
export async function exchanging(one: string, other: string): Promise<AsyncDisposable> {
  const program = new URL("../.tmp/fixtures/native/exchange", import.meta.url).pathname;
  const child = Bun.spawn([program, one, other], { stdout: "pipe", stderr: "inherit" });
  const { value } = await child.stdout.getReader().read();
  if (new TextDecoder().decode(value) !== "ready\n") throw new Error(`cannot exchange ${one} and ${other}`);
  return {
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGKILL");
      await child.exited;
    },
  };
}
