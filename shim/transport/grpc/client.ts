import { Client, credentials, Metadata as GrpcMetadata, type ServiceError } from "@grpc/grpc-js";
import type { Caller, CallOptions, CallTarget } from "../service.ts";
import { errorOf } from "../status.ts";
import { asBuffer, pathOf } from "./bytes.ts";

const options = { "grpc.enable_channelz": 0, "grpc.enable_http_proxy": 0 };

/** Calls a gRPC server on a unix socket. It connects, and connects anew, by itself. */
export class GrpcClient implements Caller {
  readonly #library: Client;

  constructor(path: string) {
    this.#library = new Client(`unix:${path}`, credentials.createInsecure(), options);
  }

  call({ service, method, payload }: CallTarget, more: CallOptions = {}): Promise<Uint8Array> {
    const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
    this.#library.makeUnaryRequest<Uint8Array, Uint8Array>(
      pathOf(service, method),
      asBuffer,
      (bytes) => bytes,
      payload,
      metadataFor(more),
      deadlineFor(more),
      (error, answer) => (error === null ? resolve(answer ?? new Uint8Array()) : reject(failure(error))),
    );
    return promise;
  }

  /** The answers of a method that gives many. Whoever stops early ends the call. */
  async *stream(
    { service, method, payload }: CallTarget,
    more: CallOptions = {},
  ): AsyncGenerator<Uint8Array> {
    const call = this.#library.makeServerStreamRequest<Uint8Array, Uint8Array>(
      pathOf(service, method),
      asBuffer,
      (bytes) => bytes,
      payload,
      metadataFor(more),
      deadlineFor(more),
    );
    try {
      for await (const bytes of call) yield bytes as Uint8Array;
    } catch (error) {
      throw failure(error as ServiceError);
    } finally {
      call.cancel();
    }
  }

  close(): void {
    this.#library.close();
  }
}

function metadataFor({ metadata = new Map<string, readonly string[]>() }: CallOptions): GrpcMetadata {
  const made = new GrpcMetadata();
  for (const [key, values] of metadata) for (const value of values) made.add(key, value);
  return made;
}

function deadlineFor({ timeoutMs }: CallOptions): { readonly deadline?: number } {
  return timeoutMs === undefined ? {} : { deadline: Date.now() + timeoutMs };
}

function failure(error: ServiceError): Error {
  return errorOf({ code: error.code, message: error.details });
}
