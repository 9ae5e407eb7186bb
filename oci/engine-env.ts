/**
 * What the engine's own runtime is told. JavaScriptCore reads these once, before any code of ours, so whoever starts
 * the engine has to say them (RATIONALE.md has the measurements):
 *
 * - The optimizing compiler at its first level: its second hoists values out of loops until they spill, and is slower
 *   on every kernel that we tried.
 * - No thread that makes heap pages resident ahead of time: a guest's JavaScript heap stays small.
 */
export const engineEnvironment: readonly string[] = [
  "BUN_JSC_wasmOMGOptimizationLevel=1",
  "BUN_JSC_useWarmUpMarkedBlocks=0",
];
