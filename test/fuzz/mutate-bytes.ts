import type { Random } from "./random.ts";

// Bytes at which a wire format stumbles: the ends of numbers and lengths, tags of each wire type, zero.
const edges = [0, 1, 2, 3, 0x0a, 0x0b, 0x0c, 0x12, 0x7f, 0x80, 0xf8, 0xff] as const;

/** Changes bytes in one to four places. */
export function mutateBytes(bytes: Uint8Array, random: Random): Uint8Array {
  let changed = [...bytes];
  for (let count = 1 + random.below(4); count > 0; count--) changed = changeOnce(changed, random);
  return Uint8Array.from(changed);
}

function changeOnce(bytes: readonly number[], random: Random): number[] {
  const at = random.below(bytes.length + 1);
  const [head, tail] = [bytes.slice(0, at), bytes.slice(at)];
  switch (random.below(6)) {
    case 0:
      return head;
    case 1:
      return [...head, ...tail.slice(1 + random.below(8))];
    case 2:
      return [...head, random.pick(edges), random.pick(edges), ...tail];
    case 3:
      return [...head, (tail[0] ?? 0) ^ (1 << random.below(8)), ...tail.slice(1)];
    case 4:
      return [...head, ...bytes.slice(random.below(bytes.length + 1)).slice(0, 40), ...tail];
    default:
      return [...head, random.pick(edges), ...tail.slice(1)];
  }
}
