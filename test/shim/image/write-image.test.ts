import { mkdirSync, readdirSync, symlinkSync } from "node:fs";
import { expect, test } from "bun:test";
import { native } from "../../../native/native.ts";
import { mediaTypes } from "../../../oci/image/media-types.ts";
import { Stage } from "../../../shim/image/stage.ts";
import { writeArchive, writeLayout } from "../../../shim/image/write-image.ts";
import { temporaryDirectory } from "../../wrun.ts";
import { refusal } from "../artifact/refusal.ts";

for (const [what, write] of [
  ["an archive", writeArchive],
  ["a layout", writeLayout],
] as const)
  test(`${what} is not written through a link that somebody has put beside it, nor is that removed`, async () => {
    const folder = temporaryDirectory();
    mkdirSync(`${folder}/outside`);
    mkdirSync(`${folder}/shared`);
    const trap = `image.${native.getpid()}.new`;
    symlinkSync(`${folder}/outside`, `${folder}/shared/${trap}`);
    using stage = new Stage(folder);
    const packed = { root: stage.document(mediaTypes.index, {}), docker: undefined };
    const written = write(`${folder}/shared/image`, { stage, packed, reference: undefined });
    expect(await refusal(written)).toContain("File exists");
    expect(readdirSync(`${folder}/outside`)).toEqual([]);
    expect(readdirSync(`${folder}/shared`)).toEqual([trap]);
  });
