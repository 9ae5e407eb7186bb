import { native, statFields } from "../../../native/native.ts";
import { readAll } from "../../../native/read-all.ts";
import type { BootstrapParams } from "../../transport/bootstrap.ts";
import type { ShimFlags } from "../shim-flags.ts";

const stdin = 0;
const pollIn = 1;
const patience = 2_000_000_000n;
const most = 10 * 2 ** 20;
const [typeMask, fifo] = [0o170000, 0o010000];

/**
 * What containerd 2.3 and later say on standard input; undefined for those before, which give options there that `start`
 * has no use for, or nothing. Only a pipe of such a containerd is read: any other may never end.
 */
export async function readParams(flags: ShimFlags): Promise<BootstrapParams | undefined> {
  if (process.env["GRPC_ADDRESS"] === undefined || !isPipe()) return undefined;
  if (native.poll(Int32Array.of(stdin, pollIn, 0), 1, patience) <= 0) return undefined;
  const bytes = readAll(stdin, most);
  if (typeof bytes === "number" || bytes.length === 0) return undefined;
  const { decodeParams } = await import("../../transport/bootstrap.ts");
  const params = decodeParams(bytes);
  return params?.instanceId === flags.id && params.namespace === flags.namespace ? params : undefined;
}

function isPipe(): boolean {
  const stat = new BigInt64Array(statFields.count);
  return native.fstat(stdin, stat) >= 0 && (Number(stat[statFields.mode]) & typeMask) === fifo;
}
