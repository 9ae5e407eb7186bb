import { WrunError } from "../../oci/error.ts";
import type { Change, Engine, HostView, Request } from "./engine.ts";
import { memberText, removeMember, setMember } from "./json-text.ts";

const path = "/etc/docker/daemon.json";

/** Docker has no drop-in folder: the one daemon.json is edited, and every other byte of it stays. */
export const docker: Engine = {
  configure: (request) => [configure(request)],
  remove: ({ host }) => {
    const text = readDaemon(host);
    return text === undefined ? [] : removal(text);
  },
  reload: "systemctl reload docker; containers keep running",
  use: "docker run --runtime wrun IMAGE",
};

function configure({ host, prefix, setAsDefault }: Request): Change {
  const text = setMember(readDaemon(host) ?? "{}\n", ["runtimes", "wrun"], { path: `${prefix}/bin/wrun` });
  if (!setAsDefault) return { path, text: withoutDefault(text) };
  const other = memberText(text, ["default-runtime"]);
  if (other === undefined || other === '"wrun"')
    return { path, text: setMember(text, ["default-runtime"], "wrun") };
  // --remove could not give it back.
  throw new WrunError("exists", `${path} has "default-runtime": ${other}: take that out first`);
}

function removal(text: string): readonly Change[] {
  let left = withoutDefault(removeMember(text, ["runtimes", "wrun"]));
  if (left === text) return [];
  if (isEmpty(memberText(left, ["runtimes"]))) left = removeMember(left, ["runtimes"]);
  return [{ path, text: isEmpty(left) ? undefined : left }];
}

function withoutDefault(text: string): string {
  return memberText(text, ["default-runtime"]) === '"wrun"' ? removeMember(text, ["default-runtime"]) : text;
}

function isEmpty(json: string | undefined): boolean {
  return json !== undefined && /^\s*\{\s*\}\s*$/.test(json);
}

function readDaemon(host: HostView): string | undefined {
  const text = host.read(path);
  if (text === undefined || text.trim() === "") return undefined;
  const problem = problemOf(text);
  if (problem === undefined) return text;
  throw new WrunError("invalid", `${path} ${problem}: put it right first; nothing was changed`);
}

function problemOf(text: string): string | undefined {
  try {
    const daemon: unknown = JSON.parse(text);
    if (!isObject(daemon)) return "is not a JSON object";
    if ("runtimes" in daemon && !isObject(daemon.runtimes)) return 'has "runtimes" that are no object';
    return undefined;
  } catch {
    return "is not JSON";
  }
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
