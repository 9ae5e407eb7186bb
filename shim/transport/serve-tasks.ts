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

/** What is served, and who is told of what goes wrong beside the calls. */
export interface ServedTask {
  readonly task: Task;
  readonly protocol: Protocol;
  readonly failed: (error: unknown) => void;
}

/** Serves both versions of the Task service on a listening socket, over ttrpc or gRPC. */
export async function serveTasks(
  socket: number,
  { task, protocol, failed }: ServedTask,
): Promise<TaskServer> {
  const server = await openServer(protocol, taskServices(task));
  let connections = 0;
  const listener = new Listener(socket, (fd) => {
    connections += 1;
    void server
      .serve(new SocketStream(fd))
      .catch(failed)
      .finally(() => (connections -= 1));
  });
  void listener.run().catch(failed);
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
