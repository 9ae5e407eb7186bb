import { platformText } from "../../../oci/image/platform.ts";
import { spelledOut } from "../../../oci/note.ts";
import { DocumentBudget } from "../../image/budget.ts";
import { listImages } from "../../image/choose-image.ts";
import { imageText, type InspectedImage } from "../../image/inspect-text.ts";
import { openImage } from "../../image/open-image.ts";
import { readImage } from "../../image/read-image.ts";
import type { Call } from "../call.ts";
import { oneOf } from "../global-flags.ts";
import { imagePath, maxSize } from "./chosen.ts";

/** `wrun image inspect IMAGE`. */
export async function inspectVerb(call: Call): Promise<number> {
  const { flags, operands, print } = call;
  const format = oneOf(flags, "--format", ["text", "json"]) ?? "text";
  using store = await openImage(imagePath(call, operands[0] ?? ""), maxSize(flags));
  const images: InspectedImage[] = [];
  const budget = new DocumentBudget("configs");
  for (const { descriptor, name, platform } of await listImages(store)) {
    const image = await readImage(store, descriptor);
    budget.take(image.configDescriptor.size);
    const told = platformText({ platform }) ?? platformText({ platform: image.config });
    images.push({ ...image, name, platform: told });
  }
  const whole = { kind: store.kind, images };
  print(format === "json" ? `${spelledOut(JSON.stringify(whole, undefined, 2))}\n` : imageText(whole));
  return 0;
}
