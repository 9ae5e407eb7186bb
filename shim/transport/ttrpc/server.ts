import type { ByteStream } from "../byte-stream.ts";
import { lastAnswersMs } from "../call.ts";
import type { Server } from "../server.ts";
import { findMethod, type Service } from "../service.ts";
import { ServerConnection } from "./server-connection.ts";

/** The longest that close() waits for the last answers, and for clients to take them. */
const closingMs = lastAnswersMs + 1000;

/** Serves `services` on every connection that it is given. */
export class TtrpcServer implements Server {
  readonly #services: readonly Service[];
  readonly #connections = new Set<ServerConnection>();

  constructor(services: readonly Service[]) {
    this.#services = services;
  }

  /** Serves one connection, which is the server's from now on; resolves at its end. */
  async serve(stream: ByteStream): Promise<void> {
    const connection = new ServerConnection(stream, (service, method) =>
      findMethod(this.#services, service, method),
    );
    this.#connections.add(connection);
    await connection.run();
    this.#connections.delete(connection);
  }

  /** Ends the connections, and the calls that are open for long; what handlers have answered by now is still sent. */
  async close(): Promise<void> {
    await new Promise(setImmediate);
    const closed = Promise.all([...this.#connections].map((connection) => connection.close()));
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise((resolve) => {
      timer = setTimeout(resolve, closingMs);
    });
    await Promise.race([closed, late]);
    clearTimeout(timer);
  }
}
