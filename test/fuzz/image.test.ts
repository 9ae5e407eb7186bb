import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { expect, test } from "bun:test";
import { WrunError } from "../../oci/error.ts";
import { archiveOf, type Entry, type Header, unpackLayers } from "../shim/image/archives.ts";
import { run, temporaryDirectory } from "../wrun.ts";
import { mutateBytes } from "./mutate-bytes.ts";
import { Random } from "./random.ts";

// FUZZ_SEED repeats a run, FUZZ_ROUNDS makes it longer.
const seed = Number(process.env["FUZZ_SEED"] ?? 20_260_101);
const rounds = Number(process.env["FUZZ_ROUNDS"] ?? 1500);

const usual = ["a", "b", "l"] as const;
const odd = ["..", ".", "", ".wh.a", ".wh.l", ".wh..wh..opq", ".wh...", "ü", "x".repeat(256)] as const;
const types = [
  "file",
  "file",
  "directory",
  "symlink",
  "symlink",
  "link",
  "fifo",
  "character-device",
] as const;
const layersAtOnce = 3;

function path(random: Random): string {
  const count = 1 + random.below(4);
  return Array.from({ length: count }, () => random.pick(random.below(8) === 0 ? odd : usual)).join("/");
}

function entry(random: Random, outside: string): Entry {
  const type = random.pick(types);
  const name = path(random);
  const linkname = random.pick([
    outside,
    "..",
    "../../outside",
    "/",
    "a",
    "b/l",
    `${outside}/victim`,
    path(random),
  ]);
  const header: Header = {
    name,
    type,
    mode: random.below(0o10000),
    ...(type === "symlink" || type === "link" ? { linkname } : {}),
  };
  return [header, type === "file" ? "content" : ""];
}

/** Gives every block the checksum that a header has: what is mutated gets past the first look. */
function withChecksums(archive: Buffer): Buffer {
  for (let at = 0; at + 512 <= archive.length; at += 512) {
    const block = archive.subarray(at, at + 512);
    if (block.toString("latin1", 257, 262) !== "ustar") continue;
    const sum = block.reduce((total, byte, index) => total + (index >= 148 && index < 156 ? 0x20 : byte), 0);
    block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  }
  return archive;
}

test(`Layers are unpacked or refused, and nothing outside is touched, whatever is in them (${rounds} times)`, async () => {
  const random = new Random(seed);
  const place = temporaryDirectory();
  mkdirSync(`${place}/outside/a/b`, { recursive: true });
  writeFileSync(`${place}/outside/victim`, "whole");
  writeFileSync(`${place}/outside/a/b/l`, "whole");
  const outside = (): string =>
    run([
      "sh",
      "-c",
      'find "$1" -printf "%p %m %n %s %T@ %C@\\n" | sort; cat "$1/victim"',
      "sh",
      `${place}/outside`,
    ]).stdout;
  const before = outside();
  const outcomes = { unpacked: 0, refused: 0 };
  for (let round = 0; round < rounds; round++) {
    const layers: Buffer[] = [];
    for (let layer = 0; layer <= random.below(layersAtOnce); layer++) {
      const entries = Array.from({ length: 1 + random.below(5) }, () => entry(random, `${place}/outside`));
      const archive = await archiveOf(entries);
      layers.push(random.below(4) === 0 ? withChecksums(Buffer.from(mutateBytes(archive, random))) : archive);
    }
    mkdirSync(`${place}/root`);
    try {
      await unpackLayers(`${place}/root`, layers);
      outcomes.unpacked++;
    } catch (error) {
      if (!(error instanceof WrunError))
        throw new Error(`seed ${seed}, round ${round}: ${String(error)}`, { cause: error });
      outcomes.refused++;
    }
    rmSync(`${place}/root`, { recursive: true });
  }
  expect(outside()).toBe(before);
  // Layers that never get anywhere would prove little.
  expect(Math.min(outcomes.unpacked, outcomes.refused)).toBeGreaterThan(rounds / 20);
});
