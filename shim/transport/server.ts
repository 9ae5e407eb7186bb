import { WrunError } from "../../oci/error.ts";
import { oneLine } from "../one-line.ts";
import type { ByteStream } from "./byte-stream.ts";
import type { Service } from "./service.ts";

/** The serving side of a transport. */
export interface Server {
  /** Serves one connection, which is the server's from now on; resolves at its end. */
  serve(stream: ByteStream): Promise<void>;
  /** Ends the open calls and the connections, after at most a second; what has been answered by now is still sent. */
  close(): Promise<void>;
}

/** What containerd calls them in the answer of `start`. */
export type Protocol = "ttrpc" | "grpc";

/** The protocol of that name. */
export function protocolNamed(name: string): Protocol {
  if (name === "ttrpc" || name === "grpc") return name;
  throw new WrunError("invalid", `the protocol ${oneLine(name, 40)} is not known: ttrpc and grpc are`);
}

/** A server of `services`. Only what is chosen is loaded: gRPC's library takes as much memory as all the rest. */
export async function openServer(protocol: Protocol, services: readonly Service[]): Promise<Server> {
  if (protocol === "grpc") return new (await import("./grpc/server.ts")).GrpcServer(services);
  return new (await import("./ttrpc/server.ts")).TtrpcServer(services);
}
