import type { Descriptor } from "../../oci/image/descriptor.ts";
import { quote, show } from "../../oci/note.ts";
import type { Image } from "./read-image.ts";

/** An image as `wrun image inspect` shows it. */
export interface InspectedImage extends Image {
  readonly name: string | undefined;
  readonly platform: string | undefined;
}

/** All that is in one archive or layout. */
export interface Inspected {
  readonly kind: string;
  readonly images: readonly InspectedImage[];
}

/** For people to read. What an image says is quoted where a terminal would obey it. */
export function imageText({ kind, images }: Inspected): string {
  return [
    `${kind}, ${images.length} ${images.length === 1 ? "image" : "images"}`,
    ...images.flatMap(lines),
    "",
  ].join("\n");
}

function lines(image: InspectedImage): string[] {
  const { name, platform, manifest, config, layers, module } = image;
  return [
    "",
    `${name === undefined ? "(no name)" : show(name)}  ${show(platform ?? "no platform")}`,
    row("manifest", manifest.digest),
    ...(module === undefined ? [] : [row("kind", "a wasm artifact: its layer is the module")]),
    ...words("entrypoint", config.entrypoint),
    ...words("command", config.command),
    ...config.env.map((variable) => row("env", quote(variable))),
    ...optional("workdir", config.workingDirectory),
    ...optional("user", config.user),
    ...optional("created", config.created),
    ...Object.entries(config.labels).map(([key, value]) => row("label", `${show(key)}=${quote(value)}`)),
    ...layers.map((layer, at) => row(`layer ${at}`, layerText(layer))),
  ];
}

function layerText({ mediaType, digest, size }: Descriptor): string {
  return `${digest}  ${size} bytes  ${show(mediaType)}`;
}

function words(name: string, values: readonly string[]): string[] {
  return values.length === 0 ? [] : [row(name, values.map(quote).join(" "))];
}

function optional(name: string, value: string | undefined): string[] {
  return value === undefined ? [] : [row(name, show(value))];
}

function row(name: string, text: string): string {
  return `  ${name.padEnd(11)} ${text}`;
}
