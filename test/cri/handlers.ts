import { afterAll } from "bun:test";
import { fixture } from "../bundle.ts";
import { Containerd } from "../e2e/containerd/containerd.ts";
import { nativeProgram, pauseImage, programImage, toolsImages } from "../e2e/containerd/images.ts";
import { hasShim, lowLevelRuntimes, missing } from "../e2e/containerd/missing.ts";
import { CriClient } from "./client.ts";
import { Pod, type PodOptions } from "./pod.ts";

/** A handler of containerd's CRI plugin, with a containerd that has the images. */
export class Handler {
  readonly title: string;
  /** As a RuntimeClass names it. */
  readonly name: "runc" | "wrun";
  readonly containerd: Containerd;
  readonly cri: CriClient;
  #count = 0;

  constructor(name: "runc" | "wrun", lowLevel: string, containerd: Containerd) {
    this.name = name;
    this.title = name === "runc" ? "runc" : `wrun on ${lowLevel}`;
    this.containerd = containerd;
    this.cri = new CriClient(containerd.places.socket);
  }

  /** The kinds of program that its containers can be. */
  get kinds(): readonly ("native" | "wasm")[] {
    return this.name === "runc" ? ["native"] : ["native", "wasm"];
  }

  /** Runs an empty pod. */
  async pod(more: Partial<PodOptions> = {}): Promise<Pod> {
    this.#count++;
    const name = `pod-${this.name}-${this.#count}`;
    const { cgroupParent, places } = this.containerd;
    const logs = `${places.folder}/logs/${name}`;
    const options = { name, handler: this.name, logs, cgroupParent: `/${cgroupParent}`, ...more };
    return await Pod.run(this.cri, options);
  }
}

/** The image, and how a command of the tools begins in it. */
export function toolsOf(kind: "native" | "wasm"): { readonly image: string; readonly program: string } {
  return { image: `localhost/${kind}-tools:latest`, program: kind === "native" ? "/app" : "/app.wasm" };
}

/** The image of `talk`, for sidecars that speak over the pod's network. */
export const talkImage = "localhost/talk:latest";

/** All handlers, with their containerd running until the test file has ended; none where something is missing. */
export async function openHandlers(): Promise<Handler[]> {
  const handlers: Handler[] = [];
  for (const lowLevel of missing === undefined ? lowLevelRuntimes : []) {
    const containerd = await openWithImages(lowLevel);
    const names = [
      ...(lowLevel === "runc" ? (["runc"] as const) : []),
      ...(hasShim ? (["wrun"] as const) : []),
    ];
    handlers.push(...names.map((name) => new Handler(name, lowLevel, containerd)));
  }
  return handlers;
}

async function openWithImages(lowLevel: string): Promise<Containerd> {
  const containerd = await Containerd.open({ lowLevel, namespace: "k8s.io" });
  afterAll(() => containerd.close());
  const talk = programImage("talk", nativeProgram("talk"));
  const hello = programImage("hello", fixture("hello"));
  for (const image of [pauseImage(), talk, hello, ...toolsImages("native"), ...toolsImages("wasm")])
    containerd.import(image);
  const cri = new CriClient(containerd.places.socket);
  // The CRI plugin learns of images by containerd's events.
  for (let known = false; !known;) {
    const { image } = await cri.call("ImageStatus", { image: { image: "localhost/wasm-nobody:latest" } });
    known = image !== null;
  }
  cri.close();
  return containerd;
}
