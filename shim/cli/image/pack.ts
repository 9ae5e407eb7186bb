import { dirname } from "node:path";
import { kindOf } from "../../../engine/module/kind.ts";
import { native } from "../../../native/native.ts";
import { WrunError } from "../../../oci/error.ts";
import { everyPlatform, parsePlatform, type Platform } from "../../../oci/image/platform.ts";
import { parseReference } from "../../../oci/image/reference.ts";
import { headOf, type OpenFile, openToRead, sizeOf } from "../../image/file-bytes.ts";
import { packArtifact, packImage, type PackedImage } from "../../image/pack-image.ts";
import { Progress } from "../../image/progress.ts";
import { Stage } from "../../image/stage.ts";
import { Tree } from "../../image/tree.ts";
import { writeArchive, writeLayout } from "../../image/write-image.ts";
import type { LayerFile } from "../../image/write-layer.ts";
import { oneLine } from "../../one-line.ts";
import { absolutePath } from "../../sandbox/state-root.ts";
import type { Flags } from "../argv.ts";
import type { Call } from "../call.ts";
import { oneOf } from "../global-flags.ts";
import { packSettings } from "./pack-settings.ts";

/** `wrun image pack FILE.wasm -o FILE`. Prints the digest of what index.json lists. */
export async function packVerb(call: Call): Promise<number> {
  const { flags, workingDirectory } = call;
  const output = outputPath(call);
  const tag = flags.value("--tag");
  const reference = tag === undefined ? undefined : parseReference(tag);
  const module = openModule(absolutePath(call.operands[0] ?? "", workingDirectory()));
  using stage = new Stage(output === "-" ? "/var/tmp" : dirname(output));
  const packed = await pack(call, stage, await module);
  const write = oneOf(flags, "--format", ["archive", "layout"]) === "layout" ? writeLayout : writeArchive;
  await write(output, { stage, packed, reference });
  if (output !== "-") call.print(`${packed.root.digest}\n`);
  return 0;
}

/** The wasm file that is packed. */
interface Module {
  readonly file: OpenFile;
  readonly size: number;
  readonly isComponent: boolean;
}

async function pack(call: Call, stage: Stage, module: Module): Promise<PackedImage> {
  const { flags, workingDirectory } = call;
  const name = baseName(module.file.path);
  const settings = packSettings(flags, `/${name}`);
  if (flags.has("--artifact")) {
    refuseWithArtifact(flags);
    return packArtifact(stage, { ...module, module: module.file, settings });
  }
  const base = flags.value("--base");
  using tree = base === undefined ? undefined : new Tree(absolutePath(base, workingDirectory()));
  const progress = new Progress("packing");
  progress.expect(module.size + (tree === undefined ? 0 : sizeOfTree(tree)));
  const packed = await packImage(stage, {
    layers: [...(tree === undefined ? [] : [filesOf(tree)]), [moduleFile(module, name)]],
    settings,
    platforms: platforms(flags.all("--platform")),
    compression: oneOf(flags, "--compression", ["gzip", "zstd", "none"]) ?? "gzip",
    keepOwners: flags.has("--keep-owners"),
    progress,
  });
  progress.end();
  return packed;
}

function outputPath({ flags, workingDirectory }: Call): string {
  const output = flags.value("--output");
  if (output === undefined)
    throw new WrunError("invalid", "--output: say where to write the image: -o app.tar");
  return output === "-" ? "-" : absolutePath(output, workingDirectory());
}

async function openModule(path: string): Promise<Module> {
  const file = openToRead(path);
  const size = sizeOf(file);
  const kind = kindOf(await headOf(file, 64));
  if (size !== undefined && (kind === "module" || kind === "component"))
    return { file, size, isComponent: kind === "component" };
  const hint = kind === "wat" ? ": compile it first, as by wat2wasm" : "";
  throw new WrunError("invalid", `${oneLine(path, 300)} is no wasm module: it looks like ${kind}${hint}`);
}

function moduleFile({ file, size }: Module, name: string): LayerFile {
  const entry = {
    path: name,
    type: "file",
    mode: 0o755,
    uid: 0,
    gid: 0,
    size,
    target: "",
    identity: undefined,
  } as const;
  return { entry, open: () => ({ fd: native.dup(file.fd, 3), path: file.path }) };
}

function* filesOf(tree: Tree): Generator<LayerFile> {
  for (const entry of tree.entries()) yield { entry, open: () => tree.open(entry.path) };
}

function sizeOfTree(tree: Tree): number {
  let size = 0;
  for (const entry of tree.entries()) size += entry.size;
  return size;
}

function platforms(given: readonly string[]): readonly Platform[] {
  if (given.length === 0 || given.includes("all")) return everyPlatform;
  return given.map(parsePlatform);
}

function refuseWithArtifact(flags: Flags): void {
  for (const name of [
    "--base",
    "--entrypoint",
    "--env",
    "--workdir",
    "--label",
    "--platform",
    "--compression",
  ])
    if (flags.value(name) !== undefined)
      throw new WrunError(
        "invalid",
        `${name}: a wasm artifact has nothing but its module: leave --artifact out`,
      );
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
