import { readFileSync } from "node:fs";
import { fixture } from "../../bundle.ts";
import { type ImageConfig, type ImageSource, fileSystemImage } from "./oci-image.ts";

/** A static native program of test/fixtures. */
export function nativeProgram(name: string): string {
  return fixture(`native/${name}`).replace(/\.wasm$/, "");
}

/** An image with nothing but one program, which is its entrypoint. */
export function programImage(name: string, program: string, config: ImageConfig = {}): ImageSource {
  const path = program.endsWith(".wasm") ? "app.wasm" : "app";
  const environment = { Entrypoint: [`/${path}`], Env: ["PATH=/bin", "GREETING=good day"] };
  const files = [
    { path: "etc/" },
    { path: "etc/motd", content: Buffer.from("from the image\n"), mode: 0o644 },
    { path: "tmp/", mode: 0o1777 },
    { path, content: readFileSync(program) },
  ];
  return fileSystemImage(`localhost/${name}:latest`, files, { ...environment, ...config });
}

/** The same tools, native and as a wasm guest; `nobody` is the image whose user is not root. */
export function toolsImages(kind: "native" | "wasm"): ImageSource[] {
  const program = kind === "native" ? nativeProgram("toolbox") : fixture("toolbox");
  return [
    programImage(`${kind}-tools`, program),
    programImage(`${kind}-nobody`, program, { User: "1000:1000" }),
  ];
}

/** What holds a pod's namespaces. */
export function pauseImage(): ImageSource {
  return programImage("pause", nativeProgram("pause"));
}
