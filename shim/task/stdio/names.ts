import { WrunError } from "../../../oci/error.ts";
import type { HostPath } from "../../../oci/grant.ts";
import { makeParents } from "../../host/make-parents.ts";
import { oneLine } from "../../one-line.ts";
import { absolutePath } from "../../sandbox/state-root.ts";
import { type LoggedContainer, startLogger } from "./logger.ts";
import { fileOutput, type Output, pathOutput } from "./output.ts";

/** Where standard output and error go. */
export interface Outputs {
  readonly stdout: Output | undefined;
  readonly stderr: Output | undefined;
}

/**
 * Opens what two names mean. A name with a scheme takes both streams (containerd:
 * cmd/containerd-shim-runc-v2/process/io.go).
 */
export async function openOutputs(
  stdout: string,
  stderr: string,
  container: LoggedContainer,
): Promise<Outputs> {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//.exec(stdout)?.[1] ?? "fifo";
  switch (scheme) {
    case "fifo":
      return openBoth(pathOf(stdout), pathOf(stderr), pathOutput);
    case "file":
      return openFile(decodeURIComponent(parseUri(stdout).pathname));
    case "binary":
      return openLogger(parseUri(stdout), container);
    default:
      throw new WrunError("unsupported", `stdout ${oneLine(stdout, 300)}: name a path, file:// or binary://`);
  }
}

/** The absolute path in a name that may have the scheme fifo; "" for none. */
export function pathOf(name: string): HostPath {
  const path = name.replace(/^fifo:\/\//, "");
  return path === "" ? "" : absolutePath(path, "/");
}

function openFile(path: HostPath): Outputs {
  makeParents(path);
  return openBoth(path, path, (name) => fileOutput(name, true));
}

function openBoth(out: HostPath, err: HostPath, open: (path: HostPath) => Output): Outputs {
  const stdout = out === "" ? undefined : open(out);
  try {
    return { stdout, stderr: err === "" ? undefined : open(err) };
  } catch (error) {
    stdout?.close();
    throw error;
  }
}

async function openLogger(uri: URL, container: LoggedContainer): Promise<Outputs> {
  const { stdout, stderr, isReady } = startLogger(uri, container);
  try {
    await isReady;
    return { stdout, stderr };
  } catch (error) {
    stdout.close();
    stderr.close();
    throw error;
  }
}

function parseUri(text: string): URL {
  try {
    return new URL(text);
  } catch {
    throw new WrunError("invalid", `stdout ${oneLine(text, 300)} is no URI`);
  }
}
