import type { SendEvent } from "../task/publisher.ts";
import { remoteEvents } from "./events.ts";
import { connect } from "./socket-stream.ts";
import { encodeEvent, timestamp } from "./task-events.ts";
import { TtrpcClient } from "./ttrpc/client.ts";

const timeoutMs = 5000;

/** Sends events to containerd's ttrpc socket, over one connection that is made anew where it was lost. */
export function sendTo(socket: string, namespace: string): SendEvent {
  let client: TtrpcClient | undefined;
  const connected = (): TtrpcClient => {
    if (client !== undefined) return client;
    const made = new TtrpcClient(connect(socket));
    client = made;
    void made.ended.then(() => {
      if (client === made) client = undefined;
    });
    return made;
  };
  return async (event, at) => {
    const envelope = {
      timestamp: timestamp(at),
      namespace,
      topic: event.topic,
      event: encodeEvent(event),
    };
    await remoteEvents(connected()).forward({ envelope }, { timeoutMs });
  };
}
