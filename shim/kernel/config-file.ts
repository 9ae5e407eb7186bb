import { WrunError } from "../../oci/error.ts";

/** What an administrator has set in /etc/wrun/config.toml. */
export interface KernelConfig {
  /** The low-level runtime. */
  readonly runtime?: string;
  /** Where `wrun monitor` listens; events are off without it. */
  readonly events?: string;
}

/** Where it stands. */
export const configPath = "/etc/wrun/config.toml";

// `name = "value"` or 'value', with a comment after it (https://toml.io/en/v1.0.0#string); no escapes: paths need none.
const line = /^\s*(?:([\w-]+)\s*=\s*(?:"([^"\\]*)"|'([^']*)')\s*)?(?:#[^]*)?$/;

/** Parses the text of the config file: the part of TOML that its settings need (native/launcher/config.c does the same). */
export function parseKernelConfig(text: string): KernelConfig {
  let config: KernelConfig = {};
  text.split("\n").forEach((content, index) => {
    const match = line.exec(content);
    const [, name, basic, literal] = match ?? [];
    if (match !== null && name === undefined) return;
    if (name !== "runtime" && name !== "events")
      throw new WrunError(
        "invalid",
        `${configPath}, line ${index + 1}: not a setting: write runtime = "PATH" or events = "unix://PATH"`,
      );
    config = { ...config, [name]: basic ?? literal ?? "" };
  });
  return config;
}
