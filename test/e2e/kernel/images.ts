import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { run } from "../../wrun.ts";
import type { Environment } from "./environment.ts";

/** What an image is made of: nothing but this. */
export interface ImageSource {
  readonly name: string;
  /** Files by their path in the image; a value is a file of ours, or text. */
  readonly files: Readonly<Record<string, { readonly from: string } | { readonly text: string }>>;
  readonly entrypoint: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly workdir?: string;
}

/** Builds an image FROM scratch, with no registry and no RUN step; its name for Podman. */
export function buildImage(environment: Environment, image: ImageSource): string {
  const context = `${environment.folder}/context-${image.name}`;
  for (const [path, file] of Object.entries(image.files)) {
    mkdirSync(dirname(`${context}/tree${path}`), { recursive: true });
    if ("from" in file) copyFileSync(file.from, `${context}/tree${path}`);
    else writeFileSync(`${context}/tree${path}`, file.text);
  }
  writeFileSync(`${context}/Containerfile`, containerfile(image));
  const tag = `localhost/${image.name}`;
  const built = environment.run(["buildah", "build", "--quiet", "--tag", tag, context]);
  if (built.code !== 0) throw new Error(`cannot build ${tag}: ${built.stderr}`);
  return tag;
}

/** A static native program that says hello and ends with 7: what the guests are compared with. */
export function nativeHello(environment: Environment): string {
  const source = '#include <stdio.h>\nint main(void) { puts("hello from native"); return 7; }\n';
  return staticProgram(environment, "native-hello", source);
}

/** Compiles a native program that needs nothing but itself; its path. */
export function staticProgram({ folder }: Environment, name: string, source: string): string {
  const path = `${folder}/${name}`;
  writeFileSync(`${path}.c`, source);
  const compiled = run(["cc", "-static", "-O2", "-w", `${path}.c`, "-o", path]);
  if (compiled.code !== 0) throw new Error(compiled.stderr);
  return path;
}

function containerfile({ env = {}, workdir, entrypoint }: ImageSource): string {
  return [
    "FROM scratch",
    "COPY tree /",
    ...Object.entries(env).map(([name, value]) => `ENV ${name}=${JSON.stringify(value)}`),
    ...(workdir === undefined ? [] : [`WORKDIR ${workdir}`]),
    `ENTRYPOINT ${JSON.stringify(entrypoint)}`,
    "",
  ].join("\n");
}
