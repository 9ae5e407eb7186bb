import { WrunError } from "../oci/error.ts";
import type { Trap } from "./engine.ts";
import { plainMessage } from "./jsc.ts";

/** What an error that came out of a guest's call says of the guest; undefined where the guest is not to blame. */
export function trapOf(error: unknown): Trap | undefined {
  const stack = guestFrames(error);
  // From before the guest's first instruction: the function's own signature has v128, exnref, or references that
  // cannot be null. https://webassembly.github.io/spec/js-api/#exported-function-exotic-objects
  if (error instanceof TypeError && stack.length === 0)
    throw new WrunError("unsupported", "its entry has parameters or results that only wasm can handle");
  const reason = reasonOf(error);
  return reason === undefined ? undefined : { reason, stack };
}

// What a guest's `throw` becomes when nobody catches it; TypeScript's types do not know it yet.
const wasmException = (WebAssembly as unknown as { readonly Exception: new () => object }).Exception;

function reasonOf(error: unknown): string | undefined {
  if (error instanceof WebAssembly.RuntimeError) return plainMessage(error);
  if (error instanceof wasmException) return "uncaught exception";
  const overflow =
    error instanceof RangeError && error.message.startsWith("Maximum call stack size exceeded");
  return overflow ? "call stack exhausted" : undefined;
}

// Bun 1.4 prints a wasm frame as `at unknown`; the call sites behind it know the function, as
// `module.wasm-function[name or index]`, and no offset.
function guestFrames(error: unknown): string[] {
  let frames: string[] = [];
  Error.prepareStackTrace = (_error, sites) => {
    frames = sites.flatMap((site) => guestFrame(site.getFileName(), site.getFunctionName()));
    return "";
  };
  void (error as Error).stack;
  return frames;
}

function guestFrame(file: string | null | undefined, name: string | null): string[] {
  if (file !== "[wasm code]" || name === null) return [];
  const at = name.indexOf(".wasm-function[");
  const inner = at < 0 ? name : name.slice(at + ".wasm-function[".length, -1);
  return [/^\d*$/.test(inner) ? `wasm-function[${inner}]` : inner];
}
