import type { Duplex } from "node:stream";
import {
  type handleUnaryCall,
  type Metadata as GrpcMetadata,
  Server as Library,
  ServerCredentials,
  type ServiceDefinition,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import type { ByteStream } from "../byte-stream.ts";
import { Call, ends } from "../call.ts";
import type { Server } from "../server.ts";
import type { Metadata, Method, Service } from "../service.ts";
import { pathOf, unary } from "./bytes.ts";
import { duplexOf } from "./duplex.ts";

const closingMs = 1000;
const options = { "grpc.enable_channelz": 0, "grpc.max_concurrent_streams": 1024 };

/** Serves `services` over gRPC, on connections that others have accepted. */
export class GrpcServer implements Server {
  readonly #library = new Library(options);
  readonly #calls = new Set<Call>();
  readonly #open = new Set<Duplex>();
  readonly #connections = this.#library.createConnectionInjector(ServerCredentials.createInsecure());

  constructor(services: readonly Service[]) {
    for (const service of services)
      this.#library.addService(definitionOf(service), this.#handlersOf(service));
  }

  async serve(stream: ByteStream): Promise<void> {
    const duplex = duplexOf(stream);
    this.#open.add(duplex);
    this.#connections.injectConnection(duplex);
    await closed(duplex);
    this.#open.delete(duplex);
  }

  // The library forgets connections that it did not accept itself, and leaves them open.
  async close(): Promise<void> {
    await new Promise(setImmediate);
    const force = setTimeout(() => this.#destroy(), closingMs);
    for (const call of this.#calls) call.stop(ends.closing);
    this.#connections.drain(closingMs);
    await Promise.all([...this.#open].map(closed));
    clearTimeout(force);
    this.#library.forceShutdown();
  }

  #handlersOf({ methods }: Service): UntypedServiceImplementation {
    return Object.fromEntries([...methods].map(([key, method]) => [key, this.#handlerOf(method)]));
  }

  // The library keeps the time of a call itself, and says "cancelled" when it is over, too.
  #handlerOf(method: Method): handleUnaryCall<Uint8Array, Uint8Array> {
    return (asked, done) => {
      const call = new Call(metadataOf(asked.metadata), (answer) => {
        this.#calls.delete(call);
        if ("payload" in answer) done(null, answer.payload);
        else done({ code: answer.status.code, details: answer.status.message });
      });
      this.#calls.add(call);
      asked.on("cancelled", () => call.stop(ends.hungUp));
      call.run(method, asked.request);
    };
  }

  #destroy(): void {
    for (const duplex of this.#open) duplex.destroy();
  }
}

function closed(duplex: Duplex): Promise<void> {
  return new Promise((resolve) => {
    duplex.on("error", () => {});
    duplex.on("close", resolve);
    if (duplex.closed) resolve();
  });
}

function definitionOf({ name, methods }: Service): ServiceDefinition {
  return Object.fromEntries([...methods.keys()].map((key) => [key, unary(pathOf(name, key))]));
}

function metadataOf(metadata: GrpcMetadata): Metadata {
  const keys = Object.keys(metadata.getMap());
  return new Map(keys.map((key) => [key, metadata.get(key).map(String)]));
}
