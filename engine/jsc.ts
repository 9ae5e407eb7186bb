import { WrunError } from "../oci/error.ts";
import type { Engine, HostImports, Instance } from "./engine.ts";

// How many of the guest's functions a trap shows.
const shownFrames = 50;

/** JavaScriptCore's WebAssembly: an in-place interpreter that starts at once, and two compilers behind it. */
export const jsc: Engine = {
  compile(bytes) {
    const module = compile(bytes);
    return { instantiate: (imports) => instantiate(module, imports) };
  },

  trapOf(error) {
    const reason = reasonOf(error);
    return reason === undefined ? undefined : { reason, stack: guestFrames(error) };
  },
};

// What a guest's `throw` becomes when nobody catches it; TypeScript's types do not know it yet.
const wasmException = (WebAssembly as unknown as { readonly Exception: new () => object }).Exception;

function compile(bytes: Uint8Array): WebAssembly.Module {
  try {
    return new WebAssembly.Module(bytes);
  } catch (error) {
    throw new WrunError("invalid", `not a valid wasm module: ${plainMessage(error)}`, { cause: error });
  }
}

function instantiate(module: WebAssembly.Module, imports: HostImports): Instance {
  Error.stackTraceLimit = shownFrames;
  try {
    return instanceOf(new WebAssembly.Instance(module, imports));
  } catch (error) {
    throw new WrunError("invalid", `it cannot be instantiated: ${plainMessage(error)}`, { cause: error });
  }
}

function instanceOf(instance: WebAssembly.Instance): Instance {
  const exports: Readonly<Record<string, unknown>> = instance.exports;
  const memory = exports["memory"];
  return {
    memory: memory instanceof WebAssembly.Memory ? memory : undefined,
    functions: () => Object.keys(exports).filter((name) => isFunction(exports[name])),
    parameterCount: (name) => {
      const exported = exports[name];
      return isFunction(exported) ? exported.length : undefined;
    },
    call: (name, parameters) => call(exports[name] as WasmFunction, parameters),
  };
}

type WasmFunction = (...values: readonly unknown[]) => unknown;

function isFunction(exported: unknown): exported is WasmFunction {
  return typeof exported === "function";
}

// A TypeError from before the guest's first instruction is about the function's own signature (v128, exnref,
// references that cannot be null): https://webassembly.github.io/spec/js-api/#exported-function-exotic-objects
function call(exported: WasmFunction, parameters: readonly unknown[]): unknown {
  try {
    return exported(...parameters);
  } catch (error) {
    if (!(error instanceof TypeError) || guestFrames(error).length > 0) throw error;
    throw new WrunError("unsupported", "its entry has parameters or results that only wasm can handle", {
      cause: error,
    });
  }
}

function reasonOf(error: unknown): string | undefined {
  if (error instanceof WebAssembly.RuntimeError) return plainMessage(error);
  if (error instanceof wasmException) return "uncaught exception";
  const overflow =
    error instanceof RangeError && error.message.startsWith("Maximum call stack size exceeded");
  return overflow ? "call stack exhausted" : undefined;
}

// JSC says `Division by zero (evaluating 'i.exports[n]()')`.
function plainMessage(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const own = text.split(" (evaluating ")[0] ?? text;
  return own.charAt(0).toLowerCase() + own.slice(1).replace(/\.$/, "");
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
