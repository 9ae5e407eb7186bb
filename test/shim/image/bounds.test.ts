import { mkdirSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { expect, test } from "bun:test";
import { digest } from "../../e2e/containerd/oci-image.ts";
import { run, temporaryDirectory } from "../../wrun.ts";
import { Budget, DocumentBudget } from "../../../shim/image/budget.ts";
import { listImages } from "../../../shim/image/choose-image.ts";
import { openImage } from "../../../shim/image/open-image.ts";
import { refusal } from "../artifact/refusal.ts";
import { archiveOf, type Entry, unpackLayers } from "./archives.ts";

// What is small on disk, and would take memory or time without end.

const manifestType = "application/vnd.oci.image.manifest.v1+json";

interface Blob {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

/** An OCI archive with these blobs whose index.json lists `manifests`. */
async function layout(manifests: readonly object[], blobs: readonly Uint8Array[]): Promise<string> {
  const entries: Entry[] = blobs.map((bytes) => [
    { name: `blobs/${digest(bytes).replace(":", "/")}` },
    Buffer.from(bytes),
  ]);
  return written([[{ name: "index.json" }, JSON.stringify({ manifests })], ...entries]);
}

async function written(entries: readonly Entry[]): Promise<string> {
  const path = `${temporaryDirectory()}/image.tar`;
  writeFileSync(path, await archiveOf(entries));
  return path;
}

const described = (bytes: Uint8Array): Blob => ({
  mediaType: manifestType,
  digest: digest(bytes),
  size: bytes.length,
});

const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

async function listed(path: string): Promise<number> {
  using store = await openImage(path, 1e9);
  return (await listImages(store)).length;
}

test("indexes that list one another a hundred times are not followed without end", async () => {
  const platform = { os: "unknown", architecture: "unknown" };
  const manifest = json({ layers: [] });
  const blobs = [manifest];
  let entry: object = { ...described(manifest), platform };
  for (let depth = 0; depth < 4; depth++) {
    const index = json({ manifests: Array.from({ length: 100 }, () => entry) });
    blobs.push(index);
    entry = described(index);
  }
  expect(await refusal(listed(await layout([entry], blobs)))).toContain("it lists over 4096 manifests");
});

test("one large manifest that is listed a hundred times is not read a hundred times", async () => {
  const manifest = json({ layers: [], padding: "x".repeat(3_000_000) });
  const path = await layout(
    Array.from({ length: 100 }, () => described(manifest)),
    [manifest],
  );
  expect(await refusal(listed(path))).toContain("its manifests have over 33554432 bytes together");
});

test("the configs of a Docker archive have a bound together", () => {
  const budget = new DocumentBudget("configs");
  for (let count = 0; count < 8; count++) budget.take(4 * 2 ** 20);
  expect(() => budget.take(1)).toThrow("its configs have over 33554432 bytes together");
});

const layers = (names: readonly string[], layer: Buffer): Promise<string> => {
  const config = JSON.stringify({ rootfs: { diff_ids: names.map(() => digest(layer)) } });
  return written([
    [{ name: "manifest.json" }, JSON.stringify([{ Config: "c", Layers: names }])],
    [{ name: "c" }, config],
    ...[...new Set(names)].map((name): Entry => [{ name }, gzipSync(layer)]),
  ]);
};

test("a layer that a Docker archive lists a thousand times is decompressed once for its length", async () => {
  const path = await layers(
    Array.from({ length: 1000 }, () => "l"),
    Buffer.alloc(1_000_000),
  );
  using store = await openImage(path, 1_500_000);
  expect(store.roots.length).toBe(1);
});

test("layers of a Docker archive that come to too much are refused before they are looked at", async () => {
  const path = await layers(["a", "b"], Buffer.alloc(1_000_000));
  expect(await refusal(openImage(path, 1_500_000))).toContain("it has over 1500000 bytes: --max-size");
});

test("long names in an image's archive are not kept without end", async () => {
  const target = "x".repeat(4000);
  const entries = Array.from({ length: 2100 }, (_, at): Entry => [
    { name: `${at}`, type: "symlink", linkname: target },
  ]);
  expect(await refusal(openImage(await written(entries), 1e9))).toContain(
    "the names in its archive have over 8388608 characters",
  );
});

test("long names of an image's files are not kept without end", () => {
  const budget = new Budget(1e9);
  const name = "x".repeat(4096);
  for (let count = 0; count < 16_384; count++) budget.take(0, name);
  expect(() => budget.take(0, "x")).toThrow("the names of its files have over 67108864 characters");
});

test("a file with a thousand PAX records is refused", async () => {
  const pax = Object.fromEntries(Array.from({ length: 1001 }, (_, at) => [`k${at}`, ""]));
  const archive = await archiveOf([[{ name: "x", pax }, ""]]);
  expect(await refusal(unpackLayers(temporaryDirectory(), [archive]))).toContain(
    "layer 0 has a file with over 1000 records in its PAX headers",
  );
});

test("a map of a million holes in a PAX header is refused", async () => {
  const pax = { "GNU.sparse.map": `0,0${",0,0".repeat(500_000)}`, "GNU.sparse.size": "0" };
  const archive = await archiveOf([[{ name: "x", pax }, ""]]);
  expect(await refusal(unpackLayers(temporaryDirectory(), [archive]))).toContain("has a map of its holes");
});

test("directories that no entry names are counted as those that are named", async () => {
  // Each file makes 2,000 of them: 251 files are over half a million.
  const entries = Array.from({ length: 2 }, (_, at): Entry => [{ name: `${at}/${"d/".repeat(1999)}f` }, ""]);
  let made = 0;
  const root = temporaryDirectory();
  await unpackLayers(root, [await archiveOf(entries)], { made: () => made++ });
  expect(made).toBe(4000);
  expect(run(["sh", "-c", 'find "$1" -type f | wc -l', "sh", root]).stdout).toBe("2\n");
  // What clears up after tests takes a minute for this.
  run(["rm", "-rf", root]);
});

test("an OCI layout's links are not followed, and its FIFOs not waited for", async () => {
  const folder = temporaryDirectory();
  const manifest = json({ layers: [] });
  const path = `blobs/${described(manifest).digest.replace(":", "/")}`;
  mkdirSync(`${folder}/layout/blobs/sha256`, { recursive: true });
  writeFileSync(`${folder}/layout/index.json`, json({ manifests: [described(manifest)] }));
  writeFileSync(`${folder}/layout/${path}`, manifest);
  expect(await listed(`${folder}/layout`)).toBe(1);

  renameSync(`${folder}/layout/${path}`, `${folder}/outside`);
  expect(await refusal(listed(`${folder}/layout`))).toContain("it lacks sha256:");
  symlinkSync(`${folder}/outside`, `${folder}/layout/${path}`);
  expect(await refusal(listed(`${folder}/layout`))).toContain("Too many levels of symbolic links");
  run(["rm", `${folder}/layout/${path}`]);
  run(["mkfifo", `${folder}/layout/${path}`]);
  expect(await refusal(listed(`${folder}/layout`))).toContain("it lacks sha256:");
  renameSync(`${folder}/layout/blobs`, `${folder}/blobs`);
  symlinkSync(`${folder}/blobs`, `${folder}/layout/blobs`);
  expect(await refusal(listed(`${folder}/layout`))).toContain("Too many levels of symbolic links");
});
