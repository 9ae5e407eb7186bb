import { WrunError } from "./error.ts";
import type { Grant } from "./grant.ts";
import type { GrantInput } from "./grant-input.ts";
import { listenAddresses, listenVariable } from "./listen-variable.ts";

/** Which network, and which listening sockets the caller passes on. */
export function grantNetwork(input: GrantInput): Pick<Grant, "network" | "listen"> {
  const { spec, sandbox, remarks, listenFds } = input;
  const passed = Array.from({ length: listenFds }, (_, index) => `fd:${3 + index}`);
  if (listenFds > 0) remarks.grant("LISTEN_FDS", `listening sockets ${passed.join(", ")}`);
  const asked = listenAddresses(spec.process?.env ?? []);
  const listen = [...passed, ...asked];
  const index = (spec.linux?.namespaces ?? []).findIndex((namespace) => namespace.type === "network");
  const namespace = spec.linux?.namespaces?.[index];
  const field = `linux.namespaces[${index}]`;
  const joins = (namespace?.path ?? "") !== "";
  if (sandbox === "embedded" && namespace !== undefined) {
    if (joins)
      throw new WrunError("unsupported", `${field}.path: only the kernel sandbox can join a network`);
    remarks.drop(field, "a network of its own: the embedded sandbox cannot make one, the guest has none");
    if (asked.length > 0) remarks.warn(listenVariable, "there is no network to listen in: nothing listens");
    return { listen: passed };
  }
  if (asked.length > 0) remarks.grant(listenVariable, `listening sockets ${asked.join(", ")}`);
  if (namespace === undefined) {
    remarks.grant("linux.namespaces", "the host's network: no network namespace is named");
    return { listen, network: "host" };
  }
  const network = joins ? "namespace" : "loopback";
  remarks.grant(
    field,
    network === "loopback" ? "a new network namespace" : "the network namespace of its path",
  );
  return { listen, network };
}
