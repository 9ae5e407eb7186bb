import { Listener } from "./listener.ts";
import type { Server } from "./server.ts";
import type { Service } from "./service.ts";
import { SocketStream } from "./socket-stream.ts";
import { type Task, taskServices } from "./task.ts";
import { TtrpcServer } from "./ttrpc/server.ts";

/** A shim's server. */
export interface TaskServer {
  /** Whether nobody is connected. */
  readonly isIdle: boolean;
  close(): Promise<void>;
}

/** Serves both versions of the Task service on a listening socket, over ttrpc or, where `protocol` says so, over gRPC. */
export async function serveTasks(task: Task, socket: number, protocol: string): Promise<TaskServer> {
  const server = await serverOf(taskServices(task), protocol);
  let connections = 0;
  const listener = new Listener(socket, (fd) => {
    connections += 1;
    void server.serve(new SocketStream(fd)).finally(() => (connections -= 1));
  });
  void listener.run();
  return {
    get isIdle() {
      return connections === 0;
    },
    close: async () => {
      listener.close();
      await server.close();
    },
  };
}

// The gRPC library is loaded where it is used alone: it costs 4 MB.
async function serverOf(services: readonly Service[], protocol: string): Promise<Server> {
  if (protocol !== "grpc") return new TtrpcServer(services);
  const { GrpcServer } = await import("./grpc/server.ts");
  return new GrpcServer(services);
}
