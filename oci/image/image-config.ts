import { quote } from "../note.ts";
import { brokenImage } from "./descriptor.ts";

/** An image's config, as far as we read it (https://github.com/opencontainers/image-spec/blob/main/config.md). */
export interface ImageConfig {
  readonly os: string | undefined;
  readonly architecture: string | undefined;
  readonly variant: string | undefined;
  readonly created: string | undefined;
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  readonly env: readonly string[];
  readonly workingDirectory: string | undefined;
  readonly user: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
  /** The digests of the layers, uncompressed, bottom first. */
  readonly diffIds: readonly string[];
}

type Fields = Readonly<Record<string, unknown>>;

/** Checks a config: JSON of a stranger's. Fields that are null are absent, as Go writes them. */
export function parseImageConfig(value: unknown): ImageConfig {
  const top = fieldsOf(value, "its config");
  const config = fieldsOf(top["config"] ?? {}, "config");
  const rootfs = fieldsOf(top["rootfs"] ?? {}, "rootfs");
  return {
    os: textOf(top, "os"),
    architecture: textOf(top, "architecture"),
    variant: textOf(top, "variant"),
    created: textOf(top, "created"),
    entrypoint: listOf(config, "Entrypoint"),
    command: listOf(config, "Cmd"),
    env: listOf(config, "Env"),
    workingDirectory: textOf(config, "WorkingDir"),
    user: textOf(config, "User"),
    labels: labelsOf(config),
    diffIds: listOf(rootfs, "diff_ids"),
  };
}

function fieldsOf(value: unknown, name: string): Fields {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Fields;
  throw brokenImage(`${name} is no JSON object`);
}

function textOf(fields: Fields, name: string): string | undefined {
  const value = fields[name] ?? undefined;
  if (value === undefined || value === "") return undefined;
  if (typeof value !== "string") throw brokenImage(`${name} of its config is not a string`);
  return value;
}

function listOf(fields: Fields, name: string): readonly string[] {
  const value = fields[name] ?? [];
  if (Array.isArray(value) && value.every((one) => typeof one === "string")) return value;
  throw brokenImage(`${name} of its config is not a list of strings`);
}

function labelsOf(config: Fields): Readonly<Record<string, string>> {
  const labels = fieldsOf(config["Labels"] ?? {}, "Labels");
  for (const [name, label] of Object.entries(labels))
    if (typeof label !== "string")
      throw brokenImage(`the label ${quote(name)} of its config is not a string`);
  return labels as Readonly<Record<string, string>>;
}
