import { until } from "../../until.ts";
import type { Ended } from "../../wrun.ts";

/** Waits until the engine of a container of Podman's runs: runc's start returns before its process has executed it. */
export async function untilGuestRuns(podman: (...args: string[]) => Ended, name: string): Promise<void> {
  const top = (): string => podman("top", name, "args").stdout;
  await until(`the engine of ${name} runs`, () => top().includes(" -- /toolbox.wasm"), top);
}
