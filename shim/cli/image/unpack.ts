import { native } from "../../../native/native.ts";
import { WrunError } from "../../../oci/error.ts";
import type { RuntimeSpec } from "../../../oci/runtime-spec.ts";
import { mediaTypes } from "../../../oci/image/media-types.ts";
import { imageSpec } from "../../../oci/image/image-process.ts";
import { starterSpec } from "../../../oci/starter-spec.ts";
import { linuxFiles } from "../../host/files.ts";
import type { ImageStore } from "../../image/image-store.ts";
import { openImage } from "../../image/open-image.ts";
import { Progress } from "../../image/progress.ts";
import type { Image } from "../../image/read-image.ts";
import { makeDirectory, modulePath, unpackImage } from "../../image/unpack-image.ts";
import { oneLine } from "../../one-line.ts";
import { absolutePath } from "../../sandbox/state-root.ts";
import type { Call } from "../call.ts";
import { chosenImage, imagePath, maxSize } from "./chosen.ts";

/** `wrun image unpack IMAGE DIR`. */
export async function unpackVerb(call: Call): Promise<number> {
  const [name = "", directory = ""] = call.operands;
  const bundle = absolutePath(directory, call.workingDirectory());
  using store = await openImage(imagePath(call, name), maxSize(call.flags));
  const image = await chosenImage(store, call.flags);
  const isNew = linuxFiles.makeDirectory(bundle);
  if (!isNew && linuxFiles.entries(bundle).length > 0)
    throw new WrunError("exists", `${oneLine(bundle, 300)} is not empty: name a new directory`);
  await writeBundle({ call, store, image, bundle, args: [] }).catch((error: unknown) => {
    clear(bundle, isNew);
    throw error;
  });
  return 0;
}

/** What becomes a bundle. */
export interface BundleInput {
  readonly call: Call;
  readonly store: ImageStore;
  readonly image: Image;
  /** An empty directory. */
  readonly bundle: string;
  /** Take the place of the image's own. */
  readonly args: readonly string[];
}

/** Writes the rootfs and the config.json of an image. */
export async function writeBundle({ call, store, image, bundle, args }: BundleInput): Promise<void> {
  const root = `${bundle}/rootfs`;
  makeDirectory(root);
  await unpackImage(store, image, {
    root,
    mostBytes: maxSize(call.flags),
    warn: (text) => call.log.warning(text),
    progress: new Progress("unpacking"),
  });
  const spec = specOf(image, args, call.flags.all("--env"));
  linuxFiles.writeText(`${bundle}/config.json`, `${JSON.stringify(spec, undefined, 2)}\n`, 0o644);
}

function specOf(
  { config, configDescriptor, module }: Image,
  args: readonly string[],
  env: readonly string[],
): RuntimeSpec {
  const start = starterSpec({ uid: native.geteuid(), gid: native.getgid() });
  // The entrypoint of an artifact is for engines, which give it any name that there is no file of.
  const isArtifact = configDescriptor.mediaType === mediaTypes.wasmConfig;
  const own = !isArtifact && config.entrypoint.length + config.command.length > 0;
  const whole = module === undefined || own ? config : { ...config, entrypoint: [`/${modulePath}`] };
  return imageSpec(whole, { start, args, env });
}

function clear(bundle: string, isNew: boolean): void {
  linuxFiles.removeTree(`${bundle}/rootfs`);
  linuxFiles.removeFile(`${bundle}/config.json`);
  if (isNew) linuxFiles.removeEmpty(bundle);
}
