import { WrunError } from "../../oci/error.ts";

// Everything that JavaScriptCore runs without being asked to.
const features = {
  bulk_memory: true,
  exceptions: true,
  extended_const: true,
  multi_memory: true,
  multi_value: true,
  mutable_globals: true,
  reference_types: true,
  relaxed_simd: true,
  sat_float_to_int: true,
  sign_extension: true,
  simd: true,
  tail_call: true,
  threads: true,
} as const;

/** Translates the text format to the binary one, names kept. */
export async function assemble(text: Uint8Array): Promise<Uint8Array> {
  const { default: load } = await import("wabt");
  const wabt = await load();
  try {
    // A copy: wabt takes in the whole buffer behind a view.
    const module = wabt.parseWat("module.wat", text.slice(), features);
    return module.toBinary({ write_debug_names: true }).buffer;
  } catch (error) {
    throw new WrunError("invalid", `malformed WAT: ${firstError(error)}`, { cause: error });
  }
}

// wabt's message is many lines, with the source quoted: `module.wat:1:10: error: unexpected token …`.
function firstError(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const line = text.split("\n").find((candidate) => candidate.includes("error: ")) ?? text.split("\n")[0];
  return (line ?? "").replace("module.wat:", "line ").slice(0, 200);
}
