import { containerd, google } from "../../../proto/gen/bootstrap.js";

/** The containerds whose way of calling a shim differs, or could (read in the sources of 1.6.20 to 2.3.4). */
export const versions = ["1.6", "1.7", "2.0", "2.1", "2.3"] as const;
export type Version = (typeof versions)[number];

/** What a containerd says of itself and of one container to that one's shim. */
export interface Caller {
  readonly version: Version;
  readonly namespace: string;
  readonly id: string;
  readonly bundle: string;
  /** containerd's own gRPC socket; that of ttrpc has `.ttrpc` behind it. */
  readonly address: string;
  /** Whether containerd's own log tells debug. */
  readonly debug: boolean;
  /** The runtime's options, a google.protobuf.Any; left out where nobody gave any. */
  readonly options?: Uint8Array;
}

/** A program's call: its flags, what containerd adds to its own environment, and standard input. */
export interface Call {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly stdin: Uint8Array | "ignore";
}

const publishBinary = "/usr/bin/containerd";
const { BootstrapParams, BootstrapResult, LogLevel } = containerd.runtime.bootstrap.v1;

/** How containerd calls `start` (1.6 and 1.7: runtime/v2/shim/util.go; 2.x: pkg/shim/util.go). */
export function startCall(caller: Caller): Call {
  return { args: [...namesOf(caller), "start"], env: environmentOf(caller), stdin: startInput(caller) };
}

/** How containerd calls `delete`: 1.6 never says -debug there. */
export function deleteCall(caller: Caller): Call {
  const names = namesOf(caller, ["-bundle", caller.bundle], caller.debug && caller.version !== "1.6");
  return { args: [...names, "delete"], env: environmentOf(caller), stdin: "ignore" };
}

/** How containerd 2.x asks what a shim is; it says nothing but the options. */
export function infoCall({ options = new Uint8Array() }: Pick<Caller, "options">): Call {
  return { args: ["-info"], env: {}, stdin: options };
}

/** How `containerd-shim-… -v` is called, which is not by containerd. */
export const versionCall: Call = { args: ["-v"], env: {}, stdin: "ignore" };

function namesOf(
  { namespace, address, id, debug }: Caller,
  bundle: readonly string[] = [],
  tellsDebug = debug,
): string[] {
  const names = ["-namespace", namespace, "-address", address, "-publish-binary", publishBinary, "-id", id];
  return [...names, ...bundle, ...(tellsDebug ? ["-debug"] : [])];
}

function environmentOf({ version, address, namespace }: Caller): Record<string, string> {
  const first = { GOMAXPROCS: "2", TTRPC_ADDRESS: `${address}.ttrpc` };
  if (version === "1.6") return first;
  return { ...first, MAX_SHIM_VERSION: "2", GRPC_ADDRESS: address, NAMESPACE: namespace };
}

function startInput({ version, options, ...caller }: Caller): Uint8Array | "ignore" {
  if (version !== "2.3") return options ?? "ignore";
  return BootstrapParams.encode({
    instanceId: caller.id,
    namespace: caller.namespace,
    logLevel: caller.debug ? LogLevel.LOG_LEVEL_DEBUG : LogLevel.LOG_LEVEL_INFO,
    containerdVersion: "v2.3.4",
    containerdTtrpcAddress: `${caller.address}.ttrpc`,
    containerdGrpcAddress: caller.address,
    containerdBinary: publishBinary,
    extensions: options === undefined ? [] : [{ value: google.protobuf.Any.decode(options) }],
    socketDir: "/run/containerd/s",
  }).finish();
}

/** Where a shim listens, as containerd has understood it. */
export interface Endpoint {
  readonly version: number;
  readonly address: string;
  readonly protocol: string;
}

/** The highest version of the Task service that each containerd takes. */
const highest = { "1.6": 2, "1.7": 2, "2.0": 3, "2.1": 3, "2.3": 3 } as const satisfies Record<
  Version,
  number
>;

/** What containerd makes of all that `start` printed, on both streams; throws where it can make nothing of it. */
export function readAnswer(version: Version, printed: Uint8Array): Endpoint {
  const endpoint = parsed(version, printed);
  if (endpoint.version > highest[version]) throw new Error(`${version} takes no version ${endpoint.version}`);
  if (!/^unix:\/\/\/[^\s]+$/.test(endpoint.address)) throw new Error(`no address: ${endpoint.address}`);
  return endpoint;
}

function parsed(version: Version, printed: Uint8Array): Endpoint {
  const text = new TextDecoder().decode(printed).trim();
  if (version === "2.3" && !text.startsWith("unix:")) return BootstrapResult.decode(printed);
  if (version !== "1.6" && text.startsWith("{")) return JSON.parse(text) as Endpoint;
  return { version: 2, address: text, protocol: "ttrpc" };
}
