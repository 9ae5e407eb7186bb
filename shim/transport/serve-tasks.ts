import { Listener } from "./listener.ts";
import { openServer, type Protocol } from "./server.ts";
import { SocketStream } from "./socket-stream.ts";
import { type Task, taskServices } from "./task.ts";

/** A shim's server. */
export interface TaskServer {
  /** Whether nobody is connected. */
  readonly isIdle: boolean;
  close(): Promise<void>;
}

/** Serves both versions of the Task service on a listening socket, over ttrpc or gRPC. */
export async function serveTasks(task: Task, socket: number, protocol: Protocol): Promise<TaskServer> {
  const server = await openServer(protocol, taskServices(task));
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
