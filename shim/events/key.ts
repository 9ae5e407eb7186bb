const [offset, prime, mask] = [0xcbf29ce484222325n, 0x100000001b3n, 0xffffffffffffffffn] as const;

/**
 * What tells a container from all others on this machine: its id, and the root under which its runtime keeps it, as the
 * caller wrote it. 64-bit FNV-1a in hexadecimal: a file's name, whatever they are made of (native/launcher/record.c).
 */
export function keyOf(root: string | undefined, id: string): string {
  let hash: bigint = offset;
  for (const byte of new TextEncoder().encode(`${root ?? ""}\n${id}`))
    hash = ((hash ^ BigInt(byte)) * prime) & mask;
  return hash.toString(16).padStart(16, "0");
}
