import { WrunError } from "./error.ts";
import type { GrantInput } from "./grant-input.ts";
import type { IdMapping } from "./runtime-spec.ts";

/**
 * The embedded engine runs as its caller. That is right where process.user is the caller, and safe where it
 * asks for root and the caller has less; anyone else's rights are not ours to give or to take.
 */
export function checkEmbeddedUser(input: GrantInput): void {
  const { uidMappings, gidMappings, namespaces = [] } = input.spec.linux ?? {};
  const mapped = namespaces.some((namespace) => namespace.type === "user");
  const { uid = 0, gid = 0 } = input.spec.process?.user ?? {};
  checkId(input, { name: "uid", id: uid, own: input.uid, mappings: mapped ? uidMappings : undefined });
  checkId(input, { name: "gid", id: gid, own: input.gid, mappings: mapped ? gidMappings : undefined });
}

interface Id {
  readonly name: "uid" | "gid";
  readonly id: number;
  readonly own: number;
  readonly mappings: readonly IdMapping[] | undefined;
}

function checkId({ remarks, uid: callersUid }: GrantInput, { name, id, own, mappings }: Id): void {
  const field = `process.user.${name}`;
  if (outside(id, mappings) === own) return remarks.grant(field, `${name} ${id}, the caller's own`);
  if (id === 0 && callersUid !== 0 && mappings === undefined)
    return remarks.warn(field, `the guest runs as the caller's ${name} ${own}, not as 0`);
  throw new WrunError(
    "unsupported",
    `${field}: only the kernel sandbox can run as ${name} ${id}, the caller is ${own}`,
  );
}

/** The id on the host of an id in the container. */
function outside(id: number, mappings: readonly IdMapping[] | undefined): number | undefined {
  if (mappings === undefined) return id;
  const mapping = mappings.find(({ containerID, size }) => id >= containerID && id < containerID + size);
  return mapping === undefined ? undefined : mapping.hostID + id - mapping.containerID;
}
