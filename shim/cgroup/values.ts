/** A count of the kernel's. `Infinity` stands for its word `max`. */
export type Count = number;

/** Counts by their name: the format of memory.stat, cpu.stat, memory.events and the like. */
export type Counts = ReadonlyMap<string, Count>;

/** The one number in a file; undefined where it holds none. Negative ones, which some kernels show for a moment, are 0. */
export function parseCount(text: string | undefined): Count | undefined {
  const word = text?.trim();
  if (word === "max") return Infinity;
  return word !== undefined && /^-?\d+$/.test(word) ? Math.max(0, Number(word)) : undefined;
}

/** A file of lines `NAME NUMBER`. */
export function parseCounts(text: string): Counts {
  const counts = new Map<string, Count>();
  for (let at = 0, end; at < text.length; at = end + 1) {
    end = text.indexOf("\n", at);
    if (end < 0) end = text.length;
    const blank = text.indexOf(" ", at);
    const count = blank < 0 || blank > end ? undefined : parseCount(text.slice(blank + 1, end));
    if (count !== undefined) counts.set(text.slice(at, blank), count);
  }
  return counts;
}

/** Words `NAME=NUMBER`, as in io.stat, rdma.current and the pressure files. */
export function parsePairs(words: readonly string[]): Counts {
  return new Map(words.flatMap((word) => entryOf(word.split("="))));
}

function entryOf([name = "", value, ...more]: readonly string[]): [string, Count][] {
  const count = parseCount(value);
  return count === undefined || more.length > 0 ? [] : [[name, count]];
}

/** The counts that `fields` names, under its keys. Those that this kernel does not have are absent. */
export function pick<Field extends string>(
  counts: Counts,
  fields: Readonly<Record<Field, string>>,
): Partial<Record<Field, Count>> {
  const picked: Partial<Record<Field, Count>> = {};
  for (const field of Object.keys(fields) as Field[]) {
    const count = counts.get(fields[field]);
    if (count !== undefined) picked[field] = count;
  }
  return picked;
}
