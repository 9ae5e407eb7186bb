import type { SendEvent, SendFailure } from "../task/publisher.ts";
import { remoteEvents } from "./events.ts";
import { connect } from "./socket-stream.ts";
import { statusCode, statusCodeOf } from "./status.ts";
import { encodeEvent, timestamp } from "./task-events.ts";
import { TtrpcClient } from "./ttrpc/client.ts";

/**
 * How long containerd may take for an event. Long, as one that it takes later is sent twice; a containerd that has ended
 * closes the connection, which is noticed at once.
 */
const timeoutMs = 30_000;

/** Sends events to containerd's ttrpc socket, any number at a time, over one connection that is made anew where it was lost. */
export function sendTo(socket: string, namespace: string): SendEvent {
  let client: TtrpcClient | undefined;
  const connected = (): TtrpcClient => {
    if (client === undefined || client.isClosed) client = new TtrpcClient(connect(socket));
    return client;
  };
  return async (event, at) => {
    let remote: ReturnType<typeof remoteEvents>;
    try {
      remote = remoteEvents(connected());
    } catch (error) {
      return { kind: "unreachable", reason: String(error) };
    }
    try {
      const envelope = { timestamp: timestamp(at), namespace, topic: event.topic, event: encodeEvent(event) };
      await remote.forward({ envelope }, { timeoutMs });
      return undefined;
    } catch (error) {
      return { kind: kindOf(error), reason: String(error) };
    }
  };
}

function kindOf(error: unknown): SendFailure["kind"] {
  const code = statusCodeOf(error);
  if (code === statusCode.unavailable) return "unreachable";
  return code === statusCode.deadlineExceeded ? "unanswered" : "refused";
}
