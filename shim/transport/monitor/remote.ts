import { wrun } from "../../../proto/gen/monitor.js";
import { GrpcClient } from "../grpc/client.ts";
import { remote } from "../rpc.ts";

const { ListRequest, ListResponse } = wrun.monitor.v1;
const patienceMs = 5000;

/** A monitor that runs. */
export interface RemoteMonitor {
  /** The containers that live now. */
  list(): Promise<readonly wrun.monitor.v1.Container.$Properties[]>;
  close(): void;
}

/** The monitor that listens at `socket`. */
export function remoteMonitor(socket: string): RemoteMonitor {
  const client = new GrpcClient(socket);
  const rpcs = { list: { request: ListRequest, response: ListResponse } } as const;
  const { list } = remote("wrun.monitor.v1.Monitor", rpcs, client);
  return {
    list: async () => (await list({}, { timeoutMs: patienceMs })).containers,
    close: () => client.close(),
  };
}
