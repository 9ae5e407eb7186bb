import { WrunError } from "../../oci/error.ts";
import type { Change, HostView } from "./engine.ts";

const mark = "# Written by 'wrun configure ";

/** The text of a file of ours in an engine's drop-in folder. */
export function dropInText(engine: string, lines: readonly string[]): string {
  const head = `${mark}${engine}', which replaces it; 'wrun configure ${engine} --remove' takes it away.`;
  return [head, ...lines, ""].join("\n");
}

/** The change that puts a drop-in there. */
export function writeDropIn(host: HostView, path: string, text: string): Change {
  const there = host.read(path);
  if (there === undefined || there.startsWith(mark)) return { path, text };
  throw new WrunError("exists", `${path} was not written by wrun: move it away first`);
}

/** The changes that take a drop-in away: none where it is not ours. */
export function removeDropIn(host: HostView, path: string): readonly Change[] {
  return host.read(path)?.startsWith(mark) === true ? [{ path, text: undefined }] : [];
}

/** A TOML basic string (https://toml.io/en/v1.0.0#string). JSON's escapes are all TOML's too. */
export function tomlString(text: string): string {
  return JSON.stringify(text).replaceAll("\u007f", "\\u007f");
}

/** A TOML array of strings. */
export function tomlStrings(texts: readonly string[]): string {
  return `[${texts.map(tomlString).join(", ")}]`;
}
