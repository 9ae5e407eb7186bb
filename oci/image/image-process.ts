import type { RuntimeSpec } from "../runtime-spec.ts";
import type { ImageConfig } from "./image-config.ts";
import { brokenImage } from "./descriptor.ts";

/** Who runs an image, and with what. */
export interface ImageRun {
  /** A config.json to start from. */
  readonly start: RuntimeSpec;
  /** Take the place of the image's own arguments. */
  readonly args: readonly string[];
  /** Come after the image's own variables. */
  readonly env: readonly string[];
}

/**
 * The config.json of an image (https://github.com/opencontainers/image-spec/blob/main/conversion.md), but for its user:
 * an image runs as its caller.
 */
export function imageSpec(config: ImageConfig, { start, args, env }: ImageRun): RuntimeSpec {
  const whole = [...config.entrypoint, ...(args.length > 0 ? args : config.command)];
  if (whole.length === 0) throw brokenImage("it has neither an entrypoint nor a command");
  const own = hasPath(config.env) ? config.env : [...(start.process?.env ?? []), ...config.env];
  return {
    ...start,
    process: {
      ...start.process,
      args: whole,
      env: [...own, ...env],
      cwd: config.workingDirectory ?? "/",
    },
  };
}

function hasPath(env: readonly string[]): boolean {
  return env.some((variable) => variable.startsWith("PATH="));
}
