import type { Import } from "./imports.ts";
import { preview1Module, preview1Signature } from "./preview1.ts";

/** Whose host interface a module was built against. */
export type Dialect =
  | "none"
  | "wasi-preview1"
  | "wasmedge-sockets"
  | "wasi-threads"
  | "wasi-preview0"
  | "wasi-preview2"
  | "wasi-nn"
  | "wasix"
  | "emscripten"
  | "go-js"
  | "wasm-bindgen"
  | "assemblyscript"
  | "unknown";

/** A dialect as a message names it. */
export const dialectNames: Readonly<Record<Dialect, string>> = {
  none: "no imports",
  "wasi-preview1": "WASI preview 1",
  "wasmedge-sockets": "WasmEdge's socket extension",
  "wasi-threads": "wasi-threads",
  "wasi-preview0": "WASI preview 0 (wasi_unstable)",
  "wasi-preview2": "WASI preview 2 (components)",
  "wasi-nn": "wasi-nn",
  wasix: "WASIX",
  emscripten: "Emscripten's JavaScript runtime",
  "go-js": "Go's js/wasm target (build with GOOS=wasip1)",
  "wasm-bindgen": "wasm-bindgen (a browser module)",
  assemblyscript: "AssemblyScript without WASI",
  unknown: "no dialect known to wrun",
};

// What WasmEdge adds to preview 1 under the same module name.
// https://github.com/second-state/wasmedge_wasi_socket
const wasmedgeNames = [
  "sock_open",
  "sock_bind",
  "sock_listen",
  "sock_connect",
  "sock_recv_from",
  "sock_send_to",
  "sock_getlocaladdr",
  "sock_getpeeraddr",
  "sock_getaddrinfo",
  "sock_setsockopt",
  "sock_getsockopt",
  "sock_accept_v2",
  "sock_recv_v2",
  "sock_recv_from_v2",
  "sock_send_v2",
  "sock_send_to_v2",
];

/** The dialect that one import belongs to. */
export function dialectOfImport(entry: Import): Dialect {
  const { module, name } = entry;
  if (module === preview1Module) {
    if (preview1Signature(name) !== undefined) return "wasi-preview1";
    return wasmedgeNames.includes(name) ? "wasmedge-sockets" : "unknown";
  }
  if (module === "wasi" && name === "thread-spawn") return "wasi-threads";
  if (module === "env" && entry.extern.kind === "memory" && entry.extern.limits.shared) return "wasi-threads";
  return byModule(module, name);
}

function byModule(module: string, name: string): Dialect {
  if (module === "wasi_unstable") return "wasi-preview0";
  if (module.startsWith("wasix_")) return "wasix";
  if (module === "wasi_ephemeral_nn") return "wasi-nn";
  if (module.startsWith("wasi:")) return "wasi-preview2";
  if (module === "gojs" || (module === "go" && /^(runtime|syscall|debug)/.test(name))) return "go-js";
  if (module.startsWith("__wbindgen") || module === "wbg") return "wasm-bindgen";
  return module === "env" ? byEnvName(name) : "unknown";
}

function byEnvName(name: string): Dialect {
  const emscripten =
    /^(emscripten_|_emscripten_|_embind_|invoke_|__syscall_|__cxa_|_abort_js|__assert_fail|__memory_base|__table_base)/;
  if (emscripten.test(name)) return "emscripten";
  return name === "abort" || name === "seed" || name === "trace" ? "assemblyscript" : "unknown";
}

// Of several dialects the first of these names the module: preview 1 is the ground that others build on.
const precedence: readonly Dialect[] = [
  "wasix",
  "wasi-threads",
  "emscripten",
  "go-js",
  "wasm-bindgen",
  "wasmedge-sockets",
  "wasi-nn",
  "wasi-preview2",
  "wasi-preview0",
  "assemblyscript",
  "unknown",
  "wasi-preview1",
];

/** The dialect of a module with these imports. */
export function dialectOf(imports: readonly Import[]): Dialect {
  const found = new Set(imports.map(dialectOfImport));
  return precedence.find((dialect) => found.has(dialect)) ?? "none";
}
