import { WrunError } from "./error.ts";
import type { Grant } from "./grant.ts";
import type { GrantInput } from "./grant-input.ts";
import { listenAddresses, listenVariable } from "./listen-variable.ts";

/** Which network, and which listening sockets the caller passes on. */
export function grantNetwork(input: GrantInput): Pick<Grant, "network" | "listen"> {
  const { spec, sandbox, remarks, listenFds } = input;
  const passed = Array.from({ length: listenFds }, (_, index) => `fd:${3 + index}`);
  if (listenFds > 0) remarks.grant("LISTEN_FDS", `listening sockets ${passed.join(", ")}`);
  const asked = askedOf(input);
  const listen = [...passed, ...asked];
  const index = (spec.linux?.namespaces ?? []).findIndex((namespace) => namespace.type === "network");
  const namespace = spec.linux?.namespaces?.[index];
  const field = `linux.namespaces[${index}]`;
  const joins = (namespace?.path ?? "") !== "";
  if (sandbox === "embedded" && namespace !== undefined) {
    if (joins)
      throw new WrunError("unsupported", `${field}.path: only the kernel sandbox can join a network`);
    remarks.drop(field, "a network of its own: the embedded sandbox cannot make one, the guest has none");
    return { listen };
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

// An image writes its own environment. On crun and runc it gets no more by that than a native program has in the same
// network; a plain process is in the host's network unasked, and its grant is all that keeps the guest from it.
function askedOf({ spec, sandbox, remarks }: GrantInput): readonly string[] {
  const asked = listenAddresses(spec.process?.env ?? []);
  if (sandbox === "kernel" || asked.length === 0) return asked;
  remarks.warn(
    listenVariable,
    "the embedded sandbox gives an image no sockets of the host: pass them by LISTEN_FDS",
  );
  return [];
}
