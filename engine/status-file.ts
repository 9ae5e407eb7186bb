import { atFdcwd, native } from "../native/native.ts";
import type { EngineOptions } from "../oci/grant-flags.ts";
import { O_APPEND, O_NOFOLLOW, O_WRONLY } from "./wasi/linux.ts";

/**
 * Opens the file for the engine's reports, where there is one. It is a descriptor from then on, and never the
 * guest's. Without it the guest runs all the same: the reports explain an end, and decide nothing.
 */
export function openStatusFile(options: EngineOptions): EngineOptions {
  if (options.statusFile === undefined) return options;
  const statusFd = native.openat(atFdcwd, options.statusFile, O_WRONLY | O_APPEND | O_NOFOLLOW, 0);
  return statusFd < 0 ? options : { ...options, statusFd };
}
