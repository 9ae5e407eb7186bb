import { containerd } from "../../proto/gen/bootstrap.js";
import type { LogLevel } from "../task/shim-log.ts";
import type { AnyMessage } from "./options.ts";

/** What containerd 2.3 and later tell a shim that is to start (containerd: api/runtime/bootstrap/v1). */
export interface BootstrapParams {
  readonly instanceId: string;
  readonly namespace: string;
  readonly containerdVersion: string;
  /** Where the shim is to listen; "" for the usual place. */
  readonly socketDir: string;
  readonly logLevel: LogLevel;
  /** The runtime's options are among them, if there are any. */
  readonly extensions: readonly AnyMessage[];
}

/** Reads them; undefined where the bytes are another message. */
export function decodeParams(bytes: Uint8Array): BootstrapParams | undefined {
  try {
    const { instanceId, namespace, containerdVersion, socketDir, logLevel, extensions } =
      containerd.runtime.bootstrap.v1.BootstrapParams.decode(bytes);
    return {
      instanceId,
      namespace,
      containerdVersion,
      socketDir: socketDir ?? "",
      logLevel: levelOf(logLevel),
      extensions: extensions.flatMap(({ value }) => (value ? [value] : [])),
    };
  } catch {
    return undefined;
  }
}

// As Go's log/slog numbers levels: debug is -4, a warning 4, an error 8, and what is worse or finer lies beyond.
function levelOf(level: number): LogLevel {
  if (level < 0) return "debug";
  if (level < 4) return "info";
  return level < 8 ? "warning" : "error";
}

/** The answer to them. */
export function encodeResult(result: {
  readonly version: number;
  readonly address: string;
  readonly protocol: string;
}): Uint8Array {
  return containerd.runtime.bootstrap.v1.BootstrapResult.encode(result).finish();
}
