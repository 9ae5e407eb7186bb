import { WrunError } from "./error.ts";
import { quote } from "./note.ts";

/** The variable by which an image or a pod asks for listening sockets. */
export const listenVariable = "WRUN_LISTEN";

const most = 16;
// Numeric: names are not resolved. What may be listened on is the network's business, as for any program in it.
const address = /^tcp:(\d{1,3}(\.\d{1,3}){3}|\[[0-9a-fA-F:.]{2,45}\]):\d{1,5}$/;

/**
 * The addresses of WRUN_LISTEN=tcp:0.0.0.0:8080,tcp:[::]:8080 in a container's environment: WASI preview 1 has no call
 * that makes a socket, so the engine makes them in the container's network, and the guest finds them from descriptor 3 on.
 */
export function listenAddresses(env: readonly string[]): readonly string[] {
  const entry = env.findLast((variable) => variable.startsWith(`${listenVariable}=`));
  const text = entry?.slice(listenVariable.length + 1) ?? "";
  if (text === "") return [];
  const addresses = text.split(",", most + 1);
  for (const one of addresses)
    if (!address.test(one))
      throw new WrunError(
        "invalid",
        `${listenVariable}: ${quote(one)} is no address: write tcp:0.0.0.0:8080`,
      );
  if (addresses.length > most) throw new WrunError("invalid", `${listenVariable} has over ${most} addresses`);
  return addresses;
}
