import { existsSync, mkdirSync, renameSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { constants, createZstdCompress, gzipSync, zstdCompressSync } from "node:zlib";
import { expect, test } from "bun:test";
import { digest } from "../../e2e/containerd/oci-image.ts";
import { run, temporaryDirectory } from "../../wrun.ts";
import { Budget, DocumentBudget } from "../../../shim/image/budget.ts";
import { decompressedByHead } from "../../../shim/image/compression.ts";
import { listImages } from "../../../shim/image/choose-image.ts";
import { openImage } from "../../../shim/image/open-image.ts";
import { RootWriter } from "../../../shim/image/root-writer.ts";
import { refusal } from "../artifact/refusal.ts";
import { archiveOf, type Entry, inParts, unpackLayers, withHeader } from "./archives.ts";

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
  for (let count = 0; count < 16_384; count++) budget.take(0, 4096);
  expect(() => budget.take(0, 1)).toThrow("the names of its files have over 67108864 characters");
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

test("a file whose size is no number is refused, and not waited for", async () => {
  const archive = withHeader(await archiveOf([[{ name: "x" }, "text"], [{ name: "y" }]]), (header) => {
    // Base 256 begins with 0x80, and 0xff for what is below zero.
    header.fill(0, 124, 136);
    header[124] = 0x81;
  });
  expect(await refusal(unpackLayers(temporaryDirectory(), [archive]))).toContain(
    "layer 0 has a file whose size cannot be right",
  );
});

for (const size of ["99999999999999999999", "-1000000000000", "8000000000000"])
  test(`a file that says it has ${size} bytes is refused before any is written`, async () => {
    const archive = await archiveOf([[{ name: "x", pax: { size } }, "text"]]);
    const root = temporaryDirectory();
    expect(await refusal(unpackLayers(root, [archive]))).toMatch(
      /over 1000000 bytes|Invalid header|size cannot be right/,
    );
    expect(run(["find", root, "-size", "+0", "-type", "f"]).stdout).toBe("");
  });

test("a time that is no number is that of 1970", async () => {
  const archive = withHeader(await archiveOf([[{ name: "x" }, "text"]]), (header) => {
    header.write("zzzzzz", 136);
  });
  const root = temporaryDirectory();
  await unpackLayers(root, [archive]);
  expect(statSync(`${root}/x`).mtimeMs).toBe(0);
});

test("links that have the bytes of a file count as files", async () => {
  const archive = withHeader(await archiveOf([[{ name: "x" }, Buffer.alloc(2_000_000)]]), (header) => {
    header[156] = "2".charCodeAt(0);
    header.write("target", 157);
  });
  expect(await refusal(unpackLayers(temporaryDirectory(), [archive]))).toContain("over 1000000 bytes");
});

test("long targets of links count as long names", async () => {
  const linkname = "x".repeat(4000);
  const budget = new Budget(1e9);
  for (let count = 0; count < 16_383; count++) budget.take(0, 4096);
  const archive = await archiveOf([
    [{ name: "a", type: "symlink", linkname }],
    [{ name: "b", type: "symlink", linkname }],
  ]);
  expect(await refusal(unpackLayers(temporaryDirectory(), [archive], { budget }))).toContain(
    "the names of its files have over 67108864 characters",
  );
});

test("headers without files are not read without end", async () => {
  const one = await archiveOf([[{ name: "x", pax: { comment: "x".repeat(1_000_000) } }, ""]]);
  // The file's header and the two blocks of zeros at the end are left out.
  const header = one.subarray(0, one.length - 3 * 512);
  const file = await archiveOf([[{ name: "x" }, ""]]);
  const between = Array.from({ length: 12 }, () => header);
  const archive = Array.from({ length: 6 }, () => [...between, file.subarray(0, 512)]).flat();
  expect(await refusal(unpackLayers(temporaryDirectory(), [Buffer.concat(archive)]))).toContain(
    "its layers have far more bytes than their files",
  );
});

test("a global PAX header is short: its records are copied for each file", async () => {
  const global = withHeader(await archiveOf([[{ name: "g" }, "5 a=\n".repeat(1000)]]), (header) => {
    header[156] = "g".charCodeAt(0);
  });
  expect(await refusal(unpackLayers(temporaryDirectory(), [global]))).toContain(
    "its archive has a global PAX header of over 4096 bytes",
  );
});

test("an archive that has over --max-size bytes is not read through, compressed or not", async () => {
  const archive = await archiveOf([
    [{ name: "a" }, Buffer.alloc(600_000)],
    [{ name: "b" }, Buffer.alloc(600_000)],
  ]);
  for (const bytes of [archive, gzipSync(archive), zstdCompressSync(archive)]) {
    const path = `${temporaryDirectory()}/image`;
    writeFileSync(path, bytes);
    expect(await refusal(openImage(path, 1_000_000))).toContain("it has over 1000000 bytes: --max-size");
  }
});

async function unpacked(bytes: Uint8Array): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const part of decompressedByHead(inParts(bytes), "it")) parts.push(part);
  return Buffer.concat(parts).toString();
}

test("several members of gzip and several frames of zstd are one stream", async () => {
  for (const compress of [gzipSync, zstdCompressSync]) {
    const [one, two] = [compress(Buffer.from("one ")), compress(Buffer.from("two"))];
    expect(await unpacked(Buffer.concat([one, two]))).toBe("one two");
  }
});

test("a frame of zstd that asks for over 32 MiB to remember is refused, and one within is not", async () => {
  const text = "text ".repeat(1000);
  const withWindow = async (log: number): Promise<Buffer> => {
    // Where the length is known beforehand the frame asks for no more than that.
    const stream = createZstdCompress({
      params: { [constants.ZSTD_c_windowLog]: log, [constants.ZSTD_c_enableLongDistanceMatching]: 1 },
    });
    for (const letter of text.split(" ")) stream.write(`${letter} `);
    stream.end();
    const parts: Uint8Array[] = [];
    for await (const part of stream) parts.push(part as Uint8Array);
    return Buffer.concat(parts);
  };
  expect(await unpacked(await withWindow(25))).toStartWith(text);
  expect(await refusal(unpacked(await withWindow(27)))).toContain("it is cut short or damaged (zstd:");
});

test("documents nested without end are refused", async () => {
  for (const text of [
    "[".repeat(4_000_000),
    `{"manifests":${"[".repeat(2_000_000)}${"]".repeat(2_000_000)}}`,
  ]) {
    const path = await written([[{ name: "index.json" }, text]]);
    expect(await refusal(listed(path))).toStartWith("WrunError: cannot read the image: ");
  }
});

test("opaque whiteouts in each other look at every file once", async () => {
  const root = temporaryDirectory();
  const depth = 200;
  const at = (length: number): string => Array.from({ length }, () => "d").join("/");
  mkdirSync(`${root}/${at(depth)}`, { recursive: true });
  for (let file = 0; file < 100; file++) writeFileSync(`${root}/${at(depth)}/${file}`, "");
  writeFileSync(`${root}/d/hidden`, "");
  using writer = new RootWriter(root, () => {});
  const swept = new Set<string>();
  let looks = 0;
  for (let length = depth; length >= 0; length--)
    writer.sweep(at(length), (path) => (looks++, !path.endsWith("hidden")), swept);
  expect(looks).toBe(depth + 101);
  expect(existsSync(`${root}/d/hidden`)).toBe(false);
  expect(existsSync(`${root}/${at(depth)}/99`)).toBe(true);
});

test("directories that no entry names count among the directories of an image", async () => {
  using writer = new RootWriter(temporaryDirectory(), () => {});
  const attributes = { mode: 0o755, uid: 0, gid: 0, modified: 0 };
  for (let count = 0; count < 199_998; count++) writer.setDirectory(`${count}`, attributes);
  writer.symlink({ parent: "a/b", name: "link" }, "target", attributes);
  const more = (): void => writer.symlink({ parent: "a/b/c", name: "link" }, "target", attributes);
  expect(more).toThrow("is one of over 200000 directories");
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
