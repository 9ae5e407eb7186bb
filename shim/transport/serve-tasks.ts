import { Listener } from "./listener.ts";
import { SocketStream } from "./socket-stream.ts";
import { type Task, taskServices } from "./task.ts";
import { TtrpcServer } from "./ttrpc/server.ts";

/** A shim's server. */
export interface TaskServer {
  /** Whether nobody is connected. */
  readonly isIdle: boolean;
  close(): Promise<void>;
}

/** Serves both versions of the Task service on a listening socket. */
export function serveTasks(task: Task, socket: number, protocol: string): TaskServer {
  if (protocol !== "ttrpc") throw new Error(`no such protocol: ${protocol}`);
  const server = new TtrpcServer(taskServices(task));
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
