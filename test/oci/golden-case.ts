import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { SandboxKind } from "../../oci/grant-input.ts";
import { parseRuntimeSpec } from "../../oci/parse-runtime-spec.ts";
import { planContainer } from "../../oci/plan.ts";
import type { Artifact, Plan } from "../../oci/plan.ts";
import { tableProbe } from "../fakes/table-probe.ts";
import type { FileTable } from "../fakes/table-probe.ts";

/** What case.json says about the world around a config.json. */
interface Around extends FileTable {
  /** What this case is there for. */
  readonly note: string;
  /** The caller (default root). */
  readonly uid?: number;
  readonly gid?: number;
  readonly listenFds?: number;
  readonly artifact?: Artifact;
}

/** One directory of test/golden. */
export interface GoldenCase extends Around {
  readonly name: string;
  readonly directory: string;
  readonly config: string;
}

const folder = new URL("../golden", import.meta.url).pathname;

/** All cases, by name. */
export function goldenCases(): GoldenCase[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .toSorted()
    .map((name) => {
      const directory = join(folder, name);
      const around = JSON.parse(readFileSync(join(directory, "case.json"), "utf8")) as Around;
      return { ...around, name, directory, config: readFileSync(join(directory, "config.json"), "utf8") };
    });
}

/** Plans a case, with `config` in the place of its own where that is given. */
export function planCase(golden: GoldenCase, sandbox: SandboxKind, config: string = golden.config): Plan {
  const { uid = 0, gid = 0, listenFds = 0, artifact } = golden;
  return planContainer({
    spec: parseRuntimeSpec(config),
    sandbox,
    probe: tableProbe(golden),
    bundle: "/bundle",
    scratch: "/run/wrun/c1/scratch",
    installed: "/usr/local/lib/wrun",
    uid,
    gid,
    listenFds,
    ...(artifact === undefined ? {} : { artifact }),
  });
}
