import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { run } from "../wrun.ts";

const root = new URL("../..", import.meta.url).pathname;
const require = createRequire(import.meta.url);

/** A Kubernetes object, as YAML has it. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata?: { readonly name?: string };
  readonly [field: string]: unknown;
}

/** The objects of a YAML text. */
export function manifestsOf(text: string): Manifest[] {
  const parsed: unknown = Bun.YAML.parse(text);
  return (Array.isArray(parsed) ? parsed : [parsed]) as Manifest[];
}

/**
 * What is wrong with objects of Kubernetes' own kinds, by the schemas of the package kubernetes-models. Its validators
 * find wrong values and pass over unknown fields; the compiler, given its types, finds those.
 */
export function problemsOf(manifests: readonly Manifest[]): string {
  return [...manifests.flatMap(wrongValues), unknownFields(manifests)].filter(Boolean).join("\n");
}

function moduleOf({ apiVersion }: Manifest): string {
  return `kubernetes-models/${apiVersion}`;
}

function wrongValues(manifest: Manifest): string[] {
  try {
    const models = require(moduleOf(manifest)) as Record<
      string,
      new (data: Manifest) => { validate(): void }
    >;
    const Model = models[manifest.kind];
    if (Model === undefined) return [`${manifest.apiVersion} has no ${manifest.kind}`];
    new Model(manifest).validate();
    return [];
  } catch (error) {
    return [`${manifest.kind}: ${String(error)}`];
  }
}

function unknownFields(manifests: readonly Manifest[]): string {
  const folder = `${root}.tmp/manifests-${process.pid}`;
  mkdirSync(folder, { recursive: true });
  const lines = manifests.flatMap((manifest, at) => [
    `import type { I${manifest.kind} as Kind${at} } from "${moduleOf(manifest)}";`,
    `export const object${at}: Kind${at} = ${JSON.stringify(manifest, undefined, 2)};`,
  ]);
  writeFileSync(`${folder}/manifests.ts`, lines.join("\n"));
  const flags = [
    "--noEmit",
    "--strict",
    "--skipLibCheck",
    "--ignoreConfig",
    "--module",
    "nodenext",
    "--types",
    "",
  ];
  const checked = run([`${root}node_modules/.bin/tsc`, ...flags, `${folder}/manifests.ts`]);
  rmSync(folder, { recursive: true });
  return checked.stdout;
}
