import { native } from "../../native/native.ts";
import { WrunError } from "../../oci/error.ts";
import { verbEnvironment } from "../../oci/engine-env.ts";
import type { Artifact } from "../../oci/plan.ts";
import { runProgram } from "../host/children.ts";
import { collected } from "../task/pipes.ts";
import { parseAnswer } from "./answer.ts";
import type { ImagePlace } from "./print-artifact.ts";

/**
 * Looks for the artifact of a container in a process of its own: the gRPC library takes 8 MB, which a shim would keep
 * for as long as its pod lives, and what is read there comes from an image.
 */
export async function askChild({ id, address, namespace }: ImagePlace): Promise<Artifact | undefined> {
  const ask = (writer: number): Promise<unknown> =>
    runProgram({
      path: process.execPath,
      argv: ["containerd-shim-wrun-v1", "-namespace", namespace, "-address", address, "-id", id, "artifact"],
      env: [...verbEnvironment, ...native.environ()],
      cwd: "/",
      fds: [-1, writer, -1],
    });
  try {
    return parseAnswer(await collected(ask));
  } catch (error) {
    if (error instanceof WrunError) throw error;
    throw new WrunError("io", "the process that looks for the container's image has given no answer", {
      cause: error,
    });
  }
}
