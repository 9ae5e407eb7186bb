import { WrunError } from "../../../oci/error.ts";
import type { HostPath } from "../../../oci/grant.ts";
import { makeParents } from "../../host/make-parents.ts";
import { oneLine } from "../../one-line.ts";
import { absolutePath } from "../../sandbox/state-root.ts";
import { type LoggedContainer, type LoggerProgram, type ReadyBy, startLogger } from "./logger.ts";
import { fileOutput, type Output, pathOutput } from "./output.ts";
import type { StdioPlace } from "./process-io.ts";

/** Where standard output and error go. */
export interface Outputs {
  readonly stdout: Output | undefined;
  readonly stderr: Output | undefined;
}

/**
 * Opens what two names mean. A name with a scheme takes both streams (containerd:
 * cmd/containerd-shim-runc-v2/process/io.go).
 */
export async function openOutputs(stdout: string, stderr: string, place: StdioPlace): Promise<Outputs> {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//.exec(stdout)?.[1] ?? "fifo";
  switch (scheme) {
    case "fifo":
      return openBoth(pathOf(stdout), pathOf(stderr), (path) => pathOutput(path, place.owner));
    case "file":
      return openFile(pathIn(parseUri(stdout)));
    case "binary":
      return openLogger(loggerOf(parseUri(stdout), "close"), place);
    case "binary-v2":
      return openLogger(loggerOf(parseUri(stdout), "byte"), place);
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
  return openBoth(path, path, fileOutput);
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

async function openLogger(program: LoggerProgram, container: LoggedContainer): Promise<Outputs> {
  const { stdout, stderr, isReady } = startLogger(program, container);
  try {
    await isReady;
    return { stdout, stderr };
  } catch (error) {
    stdout.close();
    stderr.close();
    throw error;
  }
}

function loggerOf(uri: URL, readyBy: ReadyBy): LoggerProgram {
  return { path: pathIn(uri), args: [...uri.searchParams].flat(), readyBy };
}

function pathIn({ href, pathname }: URL): HostPath {
  try {
    return decodeURIComponent(pathname);
  } catch {
    throw new WrunError("invalid", `stdout ${oneLine(href, 300)}: its path has a % without a byte behind it`);
  }
}

function parseUri(text: string): URL {
  try {
    return new URL(text);
  } catch {
    throw new WrunError("invalid", `stdout ${oneLine(text, 300)} is no URI`);
  }
}
