import { native, statFields } from "../../native/native.ts";
import { O_DIRECTORY, O_PATH } from "./linux.ts";
import type { Root } from "./namespace.ts";

const { dev, ino, mountId } = statFields;

/**
 * Whether a file in one of `roots` may be in another one as well: one directory lies in the other, or both are on one
 * file system and a bind mount keeps from telling.
 */
export function mayOverlap(roots: readonly Root[]): boolean {
  const ways = roots.length < 2 ? [] : roots.map(({ fd }) => wayUp(fd));
  return ways.some((way, index) => ways.slice(index + 1).some((other) => mayMeet(way, other)));
}

// From the directory up to the top of its mount.
function wayUp(fd: number): readonly BigInt64Array[] {
  const way = [statOf(fd)];
  let at = fd;
  for (let above = parentOf(at, way); above !== undefined; above = parentOf(at, way)) {
    if (at !== fd) native.close(at);
    at = above;
  }
  if (at !== fd) native.close(at);
  return way;
}

// Undefined, and nothing added to `way`, at the top.
function parentOf(fd: number, way: BigInt64Array[]): number | undefined {
  const above = native.openat(fd, "..", O_PATH | O_DIRECTORY, 0);
  if (above < 0) return undefined;
  const stat = statOf(above);
  const below = way.at(-1);
  if (below !== undefined && stat[mountId] === below[mountId] && !isSame(stat, below)) {
    way.push(stat);
    return above;
  }
  native.close(above);
  return undefined;
}

function mayMeet(a: readonly BigInt64Array[], b: readonly BigInt64Array[]): boolean {
  const [one, other] = [a[0], b[0]];
  if (one === undefined || other === undefined || one[dev] !== other[dev]) return false;
  if (one[mountId] !== other[mountId]) return true;
  return a.some((stat) => isSame(stat, other)) || b.some((stat) => isSame(stat, one));
}

function isSame(a: BigInt64Array, b: BigInt64Array): boolean {
  return a[dev] === b[dev] && a[ino] === b[ino];
}

function statOf(fd: number): BigInt64Array {
  const stat = new BigInt64Array(statFields.count);
  native.fstat(fd, stat);
  return stat;
}
