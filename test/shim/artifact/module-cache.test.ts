import {
  chmodSync,
  existsSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { expect, test } from "bun:test";
import type { Descriptor } from "../../../oci/image/descriptor.ts";
import { ModuleCache } from "../../../shim/artifact/module-cache.ts";
import { verified } from "../../../shim/artifact/verified.ts";
import { until } from "../../until.ts";
import { temporaryDirectory } from "../../wrun.ts";
import { refusal } from "./refusal.ts";
import { FakeContent, leastModule } from "./fake-content.ts";

function add(content: FakeContent, bytes: Uint8Array): Descriptor {
  return content.add("application/wasm", bytes);
}

function file(cache: ModuleCache, content: FakeContent, layer: Descriptor): Promise<string> {
  return cache.file(layer, verified(content, layer));
}

test("ModuleCache makes a file that anybody may read and nobody change, in folders that nobody may list", async () => {
  const folder = temporaryDirectory();
  const content = new FakeContent();
  const layer = add(content, leastModule);
  const path = await file(new ModuleCache(`${folder}/cache/modules`), content, layer);
  expect(path).toBe(`${folder}/cache/modules/${layer.digest.replace(":", "-")}.wasm`);
  expect([...readFileSync(path)]).toEqual([...leastModule]);
  expect(statSync(path).mode & 0o7777).toBe(0o444);
  expect(statSync(`${folder}/cache/modules`).mode & 0o7777).toBe(0o711);
});

test("ModuleCache reads a module once", async () => {
  const cache = new ModuleCache(`${temporaryDirectory()}/m`);
  const content = new FakeContent();
  const layer = add(content, leastModule);
  const paths = [await file(cache, content, layer), await file(cache, content, layer)];
  expect(new Set(paths).size).toBe(1);
  expect(content.log).toEqual([layer.digest]);
});

test("ModuleCache makes a file anew that is not as it left it", async () => {
  const cache = new ModuleCache(`${temporaryDirectory()}/m`);
  const content = new FakeContent();
  const layer = add(content, leastModule);
  const path = await file(cache, content, layer);
  const inode = statSync(path).ino;
  chmodSync(path, 0o644);
  writeFileSync(path, "longer than it was");
  await file(cache, content, layer);
  expect([...readFileSync(path)]).toEqual([...leastModule]);
  expect(statSync(path).mode & 0o7777).toBe(0o444);
  expect(statSync(path).ino).not.toBe(inode);
});

test("ModuleCache replaces a symlink in the file's place, and does not follow it", async () => {
  const folder = temporaryDirectory();
  const content = new FakeContent();
  const layer = add(content, leastModule);
  const cache = new ModuleCache(`${folder}/m`);
  const path = await file(cache, content, layer);
  writeFileSync(`${folder}/other`, Buffer.from(leastModule));
  chmodSync(`${folder}/other`, 0o444);
  symlinkSync(`${folder}/other`, `${folder}/link`);
  const { renameSync } = await import("node:fs");
  renameSync(`${folder}/link`, path);
  await file(cache, content, layer);
  expect(readdirSync(`${folder}/m`)).toEqual([path.slice(path.lastIndexOf("/") + 1)]);
  expect(statSync(path).ino).not.toBe(statSync(`${folder}/other`).ino);
});

test("ModuleCache leaves nothing of a module that is not what was said", async () => {
  const folder = temporaryDirectory();
  const content = new FakeContent();
  const layer = add(content, leastModule);
  content.blobs.set(layer.digest, Uint8Array.from(leastModule).fill(9));
  expect(await refusal(file(new ModuleCache(`${folder}/m`), content, layer))).toContain(
    "is the digest of other bytes",
  );
  const left = (): string[] => readdirSync(`${folder}/m`);
  await until("nothing is left", () => left().length === 0, left);
});

test("ModuleCache removes what was longest unused where there is too much, but never the one in use", async () => {
  const folder = `${temporaryDirectory()}/m`;
  const content = new FakeContent();
  const layers = [1, 2, 3].map((byte) => add(content, new Uint8Array(100).fill(byte)));
  const cache = new ModuleCache(folder, 250);
  const [first, second, third] = layers as [Descriptor, Descriptor, Descriptor];
  const paths = [await file(cache, content, first), await file(cache, content, second)];
  for (const path of paths) utimesSync(path, 1000, 1000);
  await file(cache, content, first);
  await file(cache, content, third);
  expect(existsSync(paths[0] ?? "")).toBe(true);
  expect(existsSync(paths[1] ?? "")).toBe(false);
  const large = add(content, new Uint8Array(1000));
  const path = await file(cache, content, large);
  expect(readdirSync(folder).map((name) => `${folder}/${name}`)).toEqual([path]);
});
