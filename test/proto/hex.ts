/** Bytes of hexadecimal digits; blanks between them are for the reader. */
export function bytes(digits: string): Uint8Array {
  return Uint8Array.from(Buffer.from(digits.replaceAll(" ", ""), "hex"));
}

/** Hexadecimal digits of bytes. */
export function hex(data: Uint8Array): string {
  return Buffer.from(data).toString("hex");
}
