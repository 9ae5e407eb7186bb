import { loadSync, type Root } from "protobufjs";
import { GrpcClient } from "../../shim/transport/grpc/client.ts";
import { hangTimeoutMs, until } from "../until.ts";
import type { CallTarget } from "../../shim/transport/service.ts";

const root: Root = loadSync(new URL("runtime.proto", import.meta.url).pathname);

/** A message of the interface, as plain values: numbers for its integers, names for its enums. */
export type Message = Readonly<Record<string, unknown>>;

/** Speaks the Container Runtime Interface with containerd, as a kubelet does. */
export class CriClient {
  readonly #grpc: GrpcClient;

  constructor(socket: string) {
    this.#grpc = new GrpcClient(socket);
  }

  /** Calls a method of RuntimeService or ImageService. */
  async call<Answer extends Message = Message>(name: string, request: Message = {}): Promise<Answer> {
    const service = name.startsWith("Image") ? "ImageService" : "RuntimeService";
    const method = root.lookupService(`runtime.v1.${service}`).methods[name];
    if (method === undefined) throw new Error(`runtime.proto has no ${name}`);
    const [ask, answer] = [method.requestType, method.responseType].map((type) =>
      root.lookupType(`runtime.v1.${type}`),
    );
    if (ask === undefined || answer === undefined) throw new Error(`${name} lacks its types`);
    const payload = ask.encode(ask.fromObject(request)).finish();
    const target = { service: `runtime.v1.${service}`, method: name, payload };
    const bytes = await this.#whenServed(target);
    return answer.toObject(answer.decode(bytes), { longs: Number, enums: String, defaults: true }) as Answer;
  }

  // containerd listens before its CRI plugin is ready, and says so.
  async #whenServed(target: CallTarget): Promise<Uint8Array> {
    let answer: Uint8Array | undefined;
    await until(`containerd answers ${target.method}`, async () => {
      try {
        answer = await this.#grpc.call(target, { timeoutMs: hangTimeoutMs });
      } catch (error) {
        if (!String(error).includes("not initialized yet")) throw error;
      }
      return answer !== undefined;
    });
    return answer ?? new Uint8Array();
  }

  close(): void {
    this.#grpc.close();
  }
}
