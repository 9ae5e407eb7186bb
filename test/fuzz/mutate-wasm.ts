import type { Random } from "./random.ts";

// Bytes at which decoders stumble: ends of LEB128 numbers, type and section codes, the end of an expression.
const edges = [0, 1, 0x0b, 0x40, 0x60, 0x7b, 0x7f, 0x80, 0xfc, 0xfd, 0xff] as const;

/** Changes a module in one to four places: bytes, lengths, or whole sections. */
export function mutateWasm(bytes: Uint8Array, random: Random): Uint8Array {
  let changed = bytes;
  for (let count = 1 + random.below(4); count > 0; count--) changed = changeOnce(changed, random);
  return changed;
}

function changeOnce(bytes: Uint8Array, random: Random): Uint8Array {
  const at = placeIn(bytes, random);
  switch (random.below(8)) {
    case 0:
      return bytes.slice(0, at);
    case 1:
      return replace(bytes, { at, removed: 1 + random.below(8), added: [] });
    case 2:
      return replace(bytes, { at, removed: 0, added: [random.pick(edges), random.pick(edges)] });
    case 3:
      return replace(bytes, { at, removed: 1, added: longNumber(random) });
    case 4:
      return moveSection(bytes, random);
    case 5:
      return replace(bytes, { at, removed: 1, added: [(bytes[at] ?? 0) ^ (1 << random.below(8))] });
    case 6:
      return replace(bytes, { at, removed: 1, added: [((bytes[at] ?? 0) + 255 + random.below(3)) & 0xff] });
    default:
      return replace(bytes, { at, removed: 1, added: [random.pick(edges)] });
  }
}

// Half of the changes fall among the first sections, where types, imports and memories are.
function placeIn(bytes: Uint8Array, random: Random): number {
  const most = random.below(2) === 0 ? Math.min(bytes.length, 200) : bytes.length;
  return random.below(most + 1);
}

function replace(
  bytes: Uint8Array,
  change: { readonly at: number; readonly removed: number; readonly added: readonly number[] },
): Uint8Array {
  const tail = bytes.subarray(change.at + change.removed);
  const result = new Uint8Array(change.at + change.added.length + tail.length);
  result.set(bytes.subarray(0, change.at));
  result.set(change.added, change.at);
  result.set(tail, change.at + change.added.length);
  return result;
}

function longNumber(random: Random): number[] {
  return [...Array.from({ length: 1 + random.below(10) }, () => 0x80 | random.below(128)), random.below(128)];
}

// Takes a run of bytes from one place and puts a copy of it in another.
function moveSection(bytes: Uint8Array, random: Random): Uint8Array {
  const from = placeIn(bytes, random);
  const copied = [...bytes.subarray(from, from + 1 + random.below(40))];
  return replace(bytes, {
    at: placeIn(bytes, random),
    removed: random.below(2) * copied.length,
    added: copied,
  });
}
