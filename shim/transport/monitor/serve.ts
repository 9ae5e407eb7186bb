import { GrpcServer, type TlsFiles } from "../grpc/server.ts";
import { Listener } from "../listener.ts";
import type { Service } from "../service.ts";
import { SocketStream } from "../socket-stream.ts";

/** Where callers come from. */
export interface Doors {
  /** Listening unix sockets: callers of our own user are let in. */
  readonly sockets: readonly number[];
  /** `HOST:PORT`, for callers with a certificate. */
  readonly tcp: readonly { readonly address: string; readonly tls: TlsFiles }[];
}

/** A server that is open. */
export interface OpenServer {
  /** The ports of `tcp`, in its order. */
  readonly ports: readonly number[];
  close(): Promise<void>;
}

/** Serves over gRPC. */
export async function serveMonitor(
  services: readonly Service[],
  { sockets, tcp }: Doors,
): Promise<OpenServer> {
  const server = new GrpcServer(services);
  const ports: number[] = [];
  for (const { address, tls } of tcp) ports.push(await server.listenTls(address, tls));
  const listeners = sockets.map(
    (fd) => new Listener(fd, (taken) => void server.serve(new SocketStream(taken))),
  );
  for (const listener of listeners) void listener.run();
  return {
    ports,
    close: async () => {
      for (const listener of listeners) listener.close();
      await server.close();
    },
  };
}
