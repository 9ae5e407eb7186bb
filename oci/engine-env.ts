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

/**
 * What the runtime of a container's verbs is told: no compiler at all, as their work is over before one pays, and no
 * such thread. The launcher says it, and behind it `launcherMark`, how many entries at the end are its own.
 */
export const verbEnvironment: readonly string[] = ["BUN_JSC_useJIT=0", "BUN_JSC_useWarmUpMarkedBlocks=0"];

/**
 * The last entry of an environment that the launcher has added to, itself included, and the caller's limit of open files:
 * `wrun:launcher=3:1024`. No runtime reads a name with a colon in it.
 */
export const launcherMark = "wrun:launcher=";

/**
 * Before it, where the launcher waits for this process to record what it has done: `wrun:events=FD:SPOOL`. FD is the
 * descriptor for the reports of a container's engine, or empty.
 */
export const observedMark = "wrun:events=";
