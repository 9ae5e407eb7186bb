import { tmpdir } from "node:os";
import { native } from "../../../native/native.ts";
import { linuxFiles } from "../../host/files.ts";
import { openImage } from "../../image/open-image.ts";
import { makeDirectory } from "../../image/unpack-image.ts";
import { parseContainerId } from "../../container-id.ts";
import { planBundle } from "../../plan-bundle.ts";
import type { Call } from "../call.ts";
import { chosenImage, imagePath, maxSize } from "./chosen.ts";
import { writeBundle } from "./unpack.ts";

/** `wrun image run IMAGE -- ARG…`: the exit code is the guest's. Nothing of it is left behind. */
export async function runVerb(call: Call): Promise<number> {
  const [name = "", ...args] = call.operands;
  const id = `image-${native.getpid()}-${Math.random().toString(36).slice(2, 8)}`;
  const bundle = `${tmpdir()}/wrun-${id}`;
  makeDirectory(bundle, 0o700);
  try {
    using store = await openImage(imagePath(call, name), maxSize(call.flags));
    const image = await chosenImage(store, call.flags);
    await writeBundle({ call, store, image, bundle, args });
    return call.sandbox().run({
      id: parseContainerId(id),
      bundle,
      plan: (sandbox, scratch) => planBundle({ bundle, sandbox, scratch }),
      preserveFds: 0,
      detach: false,
      keep: false,
    });
  } finally {
    linuxFiles.removeTree(bundle);
  }
}
