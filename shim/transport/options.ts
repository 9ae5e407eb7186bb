import { containerd, runtimeoptions } from "../../proto/gen/options.js";
import { oneLine } from "../one-line.ts";
import { optionsFromToml, noOptions, type TaskOptions } from "../task/options.ts";
import { decoded } from "./rpc.ts";

/** A message with its type, as google.protobuf.Any has it. */
export interface AnyMessage {
  readonly type_url?: string | null | undefined;
  readonly value?: Uint8Array | null | undefined;
}

/** Who is told of options that nobody knows. */
export interface OptionsLog {
  warning(message: string): void;
}

/**
 * The options in a request: runc's own, or what containerd's CRI gives to a runtime type that it does not know. Others
 * are passed over, with a word in the log.
 */
export function readOptions({ type_url: url, value }: AnyMessage, log: OptionsLog): TaskOptions {
  const type = (url ?? "").replace(/^.*\//, "");
  const bytes = value ?? new Uint8Array();
  switch (type) {
    case "containerd.runc.v1.Options":
      return fromRunc(decoded(containerd.runc.v1.Options, bytes));
    case "runtimeoptions.v1.Options":
    case "cri.runtimeoptions.v1.Options":
      return fromCri(decoded(runtimeoptions.v1.Options, bytes), log);
    case "":
      return noOptions;
    default:
      log.warning(`options of the type ${oneLine(type, 100)} are not known: they are passed over`);
      return noOptions;
  }
}

function fromRunc(options: containerd.runc.v1.Options.$Properties): TaskOptions {
  return {
    binaryName: options.binaryName ?? "",
    root: options.root ?? "",
    systemdCgroup: options.systemdCgroup ?? false,
    noPivotRoot: options.noPivotRoot ?? false,
    noNewKeyring: options.noNewKeyring ?? false,
    ioUid: options.ioUid ?? 0,
    ioGid: options.ioGid ?? 0,
    shimCgroup: options.shimCgroup ?? "",
  };
}

function fromCri(
  { configBody, configPath }: runtimeoptions.v1.Options.$Properties,
  log: OptionsLog,
): TaskOptions {
  if ((configPath ?? "") !== "") log.warning(`ConfigPath ${oneLine(configPath ?? "", 300)} is not read`);
  return optionsFromToml(new TextDecoder().decode(configBody ?? new Uint8Array()));
}

/** What `Pids` tells of a process of an exec. */
export function encodeProcessDetails(execId: string): Uint8Array {
  return containerd.runc.v1.ProcessDetails.encode({ execId }).finish();
}
