import type { Duplex } from "node:stream";
import {
  type handleBidiStreamingCall,
  type handleUnaryCall,
  type Metadata as GrpcMetadata,
  Server as Library,
  ServerCredentials,
  type ServiceDefinition,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import type { ByteStream } from "../byte-stream.ts";
import { Call, ends, lastAnswersMs } from "../call.ts";
import { OpenCalls } from "../open-calls.ts";
import type { Server } from "../server.ts";
import type { Metadata, Method, Service, StreamMethod } from "../service.ts";
import { pathOf, streaming, unary } from "./bytes.ts";
import { duplexOf } from "./duplex.ts";
import { ServerStream } from "./server-stream.ts";

const closingMs = 1000;
const options = { "grpc.enable_channelz": 0, "grpc.max_concurrent_streams": 1024 };

/** PEM texts: our certificate and its key, and the authority that signs those of callers. */
export interface TlsFiles {
  readonly certificate: Uint8Array;
  readonly key: Uint8Array;
  readonly authority: Uint8Array;
}

/** Serves `services` over gRPC, on connections that others have accepted, and on TCP with TLS. */
export class GrpcServer implements Server {
  readonly #library = new Library(options);
  readonly #calls = new OpenCalls();
  readonly #streams = new Set<ServerStream>();
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

  /** Listens on TCP, for callers with a certificate of `tls.authority` alone; the port. */
  listenTls(address: string, tls: TlsFiles): Promise<number> {
    const pair = { private_key: Buffer.from(tls.key), cert_chain: Buffer.from(tls.certificate) };
    const secured = ServerCredentials.createSsl(Buffer.from(tls.authority), [pair], true);
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    this.#library.bindAsync(address, secured, (error, port) =>
      error === null ? resolve(port) : reject(error),
    );
    return promise;
  }

  // The library forgets connections that it did not accept itself, and leaves them open.
  async close(): Promise<void> {
    await new Promise(setImmediate);
    await this.#calls.settled(lastAnswersMs);
    const force = setTimeout(() => this.#destroy(), closingMs);
    this.#calls.stop(ends.closing);
    for (const stream of this.#streams) stream.stop(ends.closing);
    this.#connections.drain(closingMs);
    await Promise.all([...this.#open].map(closed));
    clearTimeout(force);
    this.#library.forceShutdown();
  }

  #handlersOf({ methods, streams = new Map() }: Service): UntypedServiceImplementation {
    return Object.fromEntries([
      ...[...methods].map(([key, method]) => [key, this.#handlerOf(method)] as const),
      ...[...streams].map(([key, method]) => [key, this.#streamOf(method)] as const),
    ]);
  }

  #streamOf(method: StreamMethod): handleBidiStreamingCall<Uint8Array, Uint8Array> {
    return (asked) => {
      const stream = new ServerStream(asked, metadataOf(asked.metadata));
      this.#streams.add(stream);
      void stream.run(method).finally(() => this.#streams.delete(stream));
    };
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

function definitionOf({ name, methods, streams = new Map() }: Service): ServiceDefinition {
  return Object.fromEntries([
    ...[...methods.keys()].map((key) => [key, unary(pathOf(name, key))] as const),
    ...[...streams.keys()].map((key) => [key, streaming(pathOf(name, key))] as const),
  ]);
}

function metadataOf(metadata: GrpcMetadata): Metadata {
  const keys = Object.keys(metadata.getMap());
  return new Map(keys.map((key) => [key, metadata.get(key).map(String)]));
}
