import { containerd } from "../../proto/gen/bootstrap.js";

/** What containerd 2.3 and later tell a shim that is to start (containerd: api/runtime/bootstrap/v1). */
export interface BootstrapParams {
  readonly instanceId: string;
  readonly namespace: string;
  readonly containerdVersion: string;
  /** Where the shim is to listen; "" for the usual place. */
  readonly socketDir: string;
}

/** Reads them; undefined where the bytes are another message. */
export function decodeParams(bytes: Uint8Array): BootstrapParams | undefined {
  try {
    const { instanceId, namespace, containerdVersion, socketDir } =
      containerd.runtime.bootstrap.v1.BootstrapParams.decode(bytes);
    return { instanceId, namespace, containerdVersion, socketDir: socketDir ?? "" };
  } catch {
    return undefined;
  }
}

/** The answer to them. */
export function encodeResult(result: {
  readonly version: number;
  readonly address: string;
  readonly protocol: string;
}): Uint8Array {
  return containerd.runtime.bootstrap.v1.BootstrapResult.encode(result).finish();
}
