import { until as untilNamed } from "../../until.ts";

/** Waits until something holds; the error names the condition by its source. */
export async function until(holds: () => boolean): Promise<void> {
  await untilNamed(String(holds), holds);
}
