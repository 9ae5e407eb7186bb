import { native, statFields } from "../../../native/native.ts";
import { readAll } from "../../../native/read-all.ts";
import type { BootstrapParams } from "../../transport/bootstrap.ts";
import type { TaskOptions } from "../options.ts";
import type { ShimFlags } from "../shim-flags.ts";

const stdin = 0;
const pollIn = 1;
const patience = 2_000_000_000n;
const most = 10 * 2 ** 20;
const [typeMask, fifo] = [0o170000, 0o010000];

/** What containerd says on the standard input of `start`. */
export interface StartInput {
  /** Of containerd 2.3 and later alone. */
  readonly params?: BootstrapParams;
  /** The runtime's options, where they may say something of the shim itself. */
  readonly options?: TaskOptions;
}

/** Reads it. Only a pipe of containerd's is read: any other may never end. */
export async function readInput(flags: ShimFlags): Promise<StartInput> {
  const isContainerd = ["TTRPC_ADDRESS", "GRPC_ADDRESS"].some((name) => process.env[name] !== undefined);
  if (!isContainerd || !isPipe()) return {};
  if (native.poll(Int32Array.of(stdin, pollIn, 0), 1, patience) <= 0) return {};
  const bytes = readAll(stdin, most);
  return typeof bytes === "number" || bytes.length === 0 ? {} : decodeInput(bytes, flags);
}

/** The same of its bytes: before containerd 2.3 they are the options alone. What is neither is passed over: all is in the flags, too. */
export async function decodeInput(
  bytes: Uint8Array,
  { id, namespace }: Pick<ShimFlags, "id" | "namespace">,
): Promise<StartInput> {
  if (!mayMatter(bytes, id)) return {};
  const { decodeParams } = await import("../../transport/bootstrap.ts");
  const { readOptions } = await import("../../transport/options.ts");
  const { anyIn } = await import("../../transport/runtime-info.ts");
  const params = decodeParams(bytes);
  const isParams = params?.instanceId === id && params.namespace === namespace;
  const messages = isParams ? params.extensions : anyIn(bytes);
  const options = messages.find(({ type_url: type }) => type?.endsWith(".v1.Options") === true);
  // What is not known of them is told when the container is made.
  const silent = { warning: () => undefined };
  return {
    ...(isParams ? { params } : {}),
    ...(options === undefined ? {} : { options: readOptions(options, silent) }),
  };
}

// Reading messages costs 3 ms, and the options that containerd before 2.3 gives say mostly nothing of the shim itself.
function mayMatter(bytes: Uint8Array, id: string): boolean {
  const text = new TextDecoder("latin1").decode(bytes);
  return [id, "ShimCgroup", "containerd.runc.v1.Options"].some((name) => text.includes(name));
}

function isPipe(): boolean {
  const stat = new BigInt64Array(statFields.count);
  return native.fstat(stdin, stat) >= 0 && (Number(stat[statFields.mode]) & typeMask) === fifo;
}
