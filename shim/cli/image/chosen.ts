import { parsePlatform } from "../../../oci/image/platform.ts";
import { parseSize } from "../../../oci/size.ts";
import { chooseImage } from "../../image/choose-image.ts";
import type { ImageStore } from "../../image/image-store.ts";
import { type Image, readImage } from "../../image/read-image.ts";
import { absolutePath } from "../../sandbox/state-root.ts";
import type { Flags } from "../argv.ts";
import type { Call } from "../call.ts";

/** The image that a call's flags choose out of a store. */
export async function chosenImage(store: ImageStore, flags: Flags): Promise<Image> {
  const name = flags.value("--tag");
  const platform = flags.value("--platform");
  const { descriptor } = await chooseImage(store, {
    ...(name === undefined ? {} : { name }),
    ...(platform === undefined ? {} : { platform: parsePlatform(platform) }),
  });
  return readImage(store, descriptor);
}

/** `--max-size` in bytes. */
export function maxSize(flags: Flags): number {
  return parseSize(flags.value("--max-size") ?? "8g", "--max-size");
}

/** A file that a call names; `-` is standard input. */
export function imagePath({ workingDirectory }: Call, name: string): string {
  return name === "-" ? "/dev/stdin" : absolutePath(name, workingDirectory());
}
