import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { expect, test } from "bun:test";
import { native } from "../../../native/native.ts";
import { fileBytes } from "../../../shim/image/file-bytes.ts";
import { LayoutFolder } from "../../../shim/image/layout-folder.ts";
import { Tree } from "../../../shim/image/tree.ts";
import { exchanging, raceRounds, raceTimeoutMs } from "../../exchange.ts";
import { run, temporaryDirectory } from "../../wrun.ts";

const place = temporaryDirectory();

/** A folder with `file` and `sub/file`, and one elsewhere with a `file` that is not to be read. */
function folders(): { readonly folder: string; readonly outside: string } {
  const [folder, outside] = [mkdtempSync(`${place}/folder-`), mkdtempSync(`${place}/outside-`)];
  mkdirSync(`${folder}/sub`);
  for (const path of [`${folder}/file`, `${folder}/sub/file`]) writeFileSync(path, "text");
  writeFileSync(`${outside}/file`, "secret");
  return { folder, outside };
}

async function textOf(parts: AsyncIterable<Uint8Array>): Promise<string> {
  const all: Uint8Array[] = [];
  for await (const part of parts) all.push(part);
  return Buffer.concat(all).toString();
}

test("a tree that is packed is read as it was listed, or not at all", async () => {
  const { folder, outside } = folders();
  using tree = new Tree(folder);
  expect([...tree.entries()].map(({ path }) => path)).toEqual(["file", "sub", "sub/file"]);
  renameSync(`${folder}/sub`, `${place}/moved`);
  symlinkSync(outside, `${folder}/sub`);
  expect(() => tree.open("sub/file")).toThrow("it changes while it is read");
  rmSync(`${folder}/file`);
  symlinkSync(`${outside}/file`, `${folder}/file`);
  expect(() => tree.open("file")).toThrow("it changes while it is read");
  rmSync(`${folder}/file`);
  run(["mkfifo", `${folder}/file`]);
  expect(() => tree.open("file")).toThrow("it changes while it is read");
  rmSync(`${folder}/file`);
  mkdirSync(`${folder}/file`);
  expect(() => tree.open("file")).toThrow("it changes while it is read");
});

test(
  "no file from elsewhere is packed while a folder is exchanged with a symlink to another",
  async () => {
    const { folder, outside } = folders();
    symlinkSync(outside, `${place}/link`);
    await using race = await exchanging(`${folder}/sub`, `${place}/link`);
    void race;
    using tree = new Tree(folder);
    for (let round = 0; round < raceRounds; round++) {
      const text = await packed(tree);
      if (text !== undefined && text !== "text") throw new Error(`round ${round}: ${text}`);
    }
  },
  raceTimeoutMs,
);

// The text of sub/file; undefined where it is none now.
async function packed(tree: Tree): Promise<string | undefined> {
  try {
    for (const { path, type } of tree.entries("sub"))
      if (type === "file") {
        const file = tree.open(path);
        const text = await textOf(fileBytes(file));
        native.close(file.fd);
        return text;
      }
  } catch (error) {
    expect(String(error)).toMatch(/it changes while it is read|Not a directory|No such file|cross-device/);
  }
  return undefined;
}

test.skipIf(process.getuid?.() !== 0)(
  "a layout's files are regular ones whenever they are read",
  async () => {
    const { folder } = folders();
    using layout = new LayoutFolder(folder);
    const stretch = layout.find("file");
    expect(stretch).toEqual({ offset: 0, size: 4 });
    if (stretch === undefined) return;
    expect(await textOf(layout.bytes(stretch))).toBe("text");
    rmSync(`${folder}/file`);
    expect(run(["mknod", `${folder}/file`, "c", "1", "5"]).code).toBe(0);
    expect(await textOf(layout.bytes(stretch))).toBe("");
    for (const name of ["file", "sub", "none"]) expect(layout.find(name)).toBeUndefined();
    symlinkSync("sub", `${folder}/link`);
    expect(() => layout.find("link/file")).toThrow("Too many levels of symbolic links");
    expect(readFileSync(`${folder}/sub/file`, "utf8")).toBe("text");
  },
);
