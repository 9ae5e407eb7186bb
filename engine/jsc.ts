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
  trapOf: async (error) => (await import("./jsc-trap.ts")).trapOf(error),
};

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
    call: (name, parameters) => (exports[name] as WasmFunction)(...parameters),
  };
}

type WasmFunction = (...values: readonly unknown[]) => unknown;

function isFunction(exported: unknown): exported is WasmFunction {
  return typeof exported === "function";
}

/** What JSC says, without its quotation of our source: `Division by zero (evaluating 'i.exports[n]()')`. */
export function plainMessage(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const own = (text.split(" (evaluating ")[0] ?? text).replace(/^WebAssembly\.Module /, "it ");
  return own.charAt(0).toLowerCase() + own.slice(1).replace(/\.$/, "");
}
