import { WrunError } from "../../../oci/error.ts";
import type { ImageSettings } from "../../../oci/image/image-documents.ts";
import { quote } from "../../../oci/note.ts";
import type { Flags } from "../argv.ts";

/** What `wrun image pack` is told to say in the image; `module` is where its wasm file will be. */
export function packSettings(flags: Flags, module: string): ImageSettings {
  const env = flags.all("--env");
  for (const variable of env) pair("--env", variable);
  const workingDirectory = flags.value("--workdir") ?? "/";
  if (!workingDirectory.startsWith("/"))
    throw new WrunError("invalid", `--workdir: ${quote(workingDirectory)} is not absolute`);
  return {
    entrypoint: entrypoint(flags.value("--entrypoint") ?? module),
    // Engines of containers add a PATH to an image that has none, and so it is the same everywhere.
    env: env.some((variable) => variable.startsWith("PATH=")) ? env : [defaultPath, ...env],
    workingDirectory,
    labels: pairs("--label", flags.all("--label")),
    annotations: pairs("--annotation", flags.all("--annotation")),
    created: created(process.env["SOURCE_DATE_EPOCH"]),
  };
}

const defaultPath = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

// `/app.wasm`, or as a Dockerfile has it: ["/app.wasm", "--verbose"].
function entrypoint(text: string): readonly string[] {
  if (!text.trimStart().startsWith("[")) return [text];
  try {
    const words: unknown = JSON.parse(text);
    if (Array.isArray(words) && words.length > 0 && words.every((word) => typeof word === "string"))
      return words;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new WrunError("invalid", `--entrypoint: ${quote(text)} is no JSON list of words`);
}

function pairs(flag: string, values: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(values.map((value) => pair(flag, value)));
}

function pair(flag: string, text: string): readonly [string, string] {
  const equals = text.indexOf("=");
  if (equals <= 0) throw new WrunError("invalid", `${flag}: ${quote(text)} is not NAME=VALUE`);
  return [text.slice(0, equals), text.slice(equals + 1)];
}

/** https://reproducible-builds.org/specs/source-date-epoch/: seconds since 1970, which it is where none is named. */
function created(epoch: string | undefined): string {
  const seconds = epoch === undefined || epoch === "" ? 0 : Number(epoch);
  if (!Number.isInteger(seconds) || seconds < 0 || seconds > 2 ** 31)
    throw new WrunError("invalid", `SOURCE_DATE_EPOCH: ${quote(epoch ?? "")} is no number of seconds`);
  return new Date(seconds * 1000).toISOString().replace(".000Z", "Z");
}
