import { WrunError } from "../../oci/error.ts";
import { oneLine } from "../one-line.ts";
import { connectContainerd, type Containerd } from "../transport/containerd.ts";
import { parseDescriptor } from "../../oci/image/descriptor.ts";
import type { Descriptor } from "../../oci/image/descriptor.ts";
import type { ImageContent } from "./image-content.ts";

/** Which containerd, and whose images there. */
export interface ContainerdPlace {
  /** The gRPC socket's path, with `unix://` before it or not. */
  readonly address: string;
  readonly namespace: string;
}

/** Images in containerd's own store. */
export async function containerdContent(place: ContainerdPlace): Promise<ImageContent & Disposable> {
  const containerd = await connectContainerd(place.address.replace(/^unix:\/\//, ""), place.namespace);
  return {
    target: (containerId) => explained(place, targetOf(containerd, containerId)),
    blob: (digest) => readBlob(containerd, digest),
    [Symbol.dispose]: () => containerd.close(),
  };
}

async function targetOf(containerd: Containerd, id: string): Promise<Descriptor | undefined> {
  const { container } = await containerd.containers.get({ id });
  const name = container?.image ?? "";
  if (name === "") return undefined;
  const { image } = await containerd.images.get({ name });
  return parseDescriptor(image?.target, `the image ${oneLine(name, 200)}`);
}

async function explained<T>({ address }: ContainerdPlace, asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    if (!(error instanceof WrunError) || error.code === "invalid") throw error;
    const what = `cannot ask containerd at ${oneLine(address, 200)} for the container's image`;
    throw new WrunError(error.code, `${what}: ${error.message}`, { cause: error });
  }
}

async function* readBlob(containerd: Containerd, digest: string): AsyncGenerator<Uint8Array> {
  try {
    yield* containerd.readBlob(digest);
  } catch (error) {
    if (!(error instanceof WrunError) || error.code !== "not-found") throw error;
    const advice = "pull the image for wasm, as by --platform wasi/wasm";
    throw new WrunError("not-found", `containerd has no content ${digest}: ${advice}`, { cause: error });
  }
}
