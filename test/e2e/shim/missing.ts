import { missingForNamespaces } from "../containerd/namespaces.ts";

/** What this machine lacks for tests that drive the shim, in one line; undefined where nothing is missing. */
export const missing: string | undefined = missingForNamespaces(["crun", "runc"]);

if (missing !== undefined) console.log(`tests that drive the shim are skipped: ${missing}`);

/** The low-level runtimes that they are run with; none where something is missing. */
export const lowLevelRuntimes: readonly ("crun" | "runc")[] = missing === undefined ? ["crun", "runc"] : [];
