import type { Looks } from "../../oci/probe.ts";

/** What a file is, told by its first bytes alone. */
export type FileKind = Looks;

/** The most that a module may be for a JavaScript engine: https://webassembly.github.io/spec/js-api/#limits */
export const mostModuleBytes: number = 2 ** 30;

const asm = [0x00, 0x61, 0x73, 0x6d];

/**
 * ```
 * 00 61 73 6d | 01 00 | 00 00      a core module, version 1, layer 0
 * 00 61 73 6d | 0d 00 | 01 00      a component, layer 1 (any version of it)
 * ```
 * https://github.com/WebAssembly/component-model/blob/main/design/mvp/Binary.md
 */
export function kindOf(bytes: Uint8Array): FileKind {
  if (bytes.length === 0) return "empty";
  if (asm.every((byte, index) => index >= bytes.length || bytes[index] === byte)) return wasmKind(bytes);
  if (startsWith(bytes, "\x7fELF")) return "elf";
  if (startsWith(bytes, "#!")) return "script";
  return isWat(bytes) ? "wat" : "unknown";
}

function wasmKind(bytes: Uint8Array): FileKind {
  if (bytes.length < 8) return "truncated";
  const layer = (bytes[6] ?? 0) | ((bytes[7] ?? 0) << 8);
  const version = (bytes[4] ?? 0) | ((bytes[5] ?? 0) << 8);
  if (layer === 1) return "component";
  return layer === 0 && version === 1 ? "module" : "unknown-wasm";
}

function startsWith(bytes: Uint8Array, text: string, at = 0): boolean {
  for (let index = 0; index < text.length; index++)
    if (bytes[at + index] !== text.charCodeAt(index)) return false;
  return true;
}

// WAT opens with `(module` or `(component`, after any blanks, `;; line` and `(; block ;)` comments. The
// search is bounded: a text that has not opened within 64 KiB is none.
function isWat(bytes: Uint8Array): boolean {
  const limit = Math.min(bytes.length, 65_536);
  let at = startsWith(bytes, "\xef\xbb\xbf") ? 3 : 0;
  while (at < limit) {
    const next = passBlank(bytes, at, limit);
    if (next === at) break;
    at = next;
  }
  return ["(module", "(component"].some(
    (word) => startsWith(bytes, word, at) && endsWord(bytes[at + word.length]),
  );
}

function passBlank(bytes: Uint8Array, at: number, limit: number): number {
  if (isSpace(bytes[at])) return at + 1;
  if (startsWith(bytes, ";;", at)) return passUntil(bytes, "\n", { at, limit });
  return startsWith(bytes, "(;", at) ? passBlock(bytes, at, limit) : at;
}

function passUntil(bytes: Uint8Array, text: string, range: { at: number; limit: number }): number {
  let at = range.at;
  while (at < range.limit && !startsWith(bytes, text, at)) at++;
  return Math.min(at + text.length, range.limit);
}

function passBlock(bytes: Uint8Array, start: number, limit: number): number {
  let depth = 0;
  for (let at = start; at < limit; at++) {
    const change = startsWith(bytes, "(;", at) ? 1 : startsWith(bytes, ";)", at) ? -1 : 0;
    if (change !== 0) at++;
    depth += change;
    if (depth === 0) return at + 1;
  }
  return limit;
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d;
}

function endsWord(byte: number | undefined): boolean {
  return byte === undefined || isSpace(byte) || byte === 0x28 || byte === 0x29 || byte === 0x3b;
}
