/** Bytes of hexadecimal digits. */
export function bytes(digits: string): Uint8Array {
  return Uint8Array.from(Buffer.from(digits, "hex"));
}

/** Hexadecimal digits of bytes. */
export function hex(data: Uint8Array): string {
  return Buffer.from(data).toString("hex");
}
