// What bench/shim/taker.ts runs as a process of its own: containerd's side of the events. SOCKET
import { native } from "../../native/native.ts";
import { containerd } from "../../proto/gen/events.js";
import { type Frame, frameType } from "../../shim/transport/ttrpc/frame.ts";
import { FrameReader } from "../../shim/transport/ttrpc/frame-reader.ts";
import { readRequest, writeResponse } from "../../shim/transport/ttrpc/messages.ts";
import type { TakenEvent } from "./taker.ts";

type Any = containerd.types.Envelope.$Properties["event"];
type Timestamp = containerd.types.Envelope.$Properties["timestamp"];

const { ForwardRequest } = containerd.services.events.ttrpc.v1;
const [socketPath = ""] = process.argv.slice(2);
const realtime = 0;
const nanoseconds = new BigUint64Array(1);

function take({ header, data }: Frame, reply: (bytes: Uint8Array) => void): void {
  native.clockTime(realtime, nanoseconds.buffer, 0);
  if (header.type !== frameType.request || data === undefined) return;
  reply(writeResponse(header.streamId, { payload: new Uint8Array() }));
  const { timestamp, event, topic } = ForwardRequest.decode(readRequest(data).payload).envelope ?? {};
  const at = nanoseconds[0] ?? 0n;
  // The first field of every task event is the container's id.
  const { containerId } = containerd.events.TaskStart.decode(event?.value ?? new Uint8Array());
  const taken: TakenEvent = {
    containerId,
    sinceTimestampMs: millisecondsBetween(timestamp, at),
    sinceExitMs: topic === "/tasks/exit" ? millisecondsBetween(exitedAt(event), at) : undefined,
  };
  process.send?.(taken);
}

function exitedAt(event: Any): Timestamp {
  return containerd.events.TaskExit.decode(event?.value ?? new Uint8Array()).exitedAt;
}

function millisecondsBetween(from: Timestamp, to: bigint): number {
  const at = BigInt(from?.seconds ?? 0) * 1_000_000_000n + BigInt(from?.nanos ?? 0);
  return Number(to - at) / 1e6;
}

Bun.listen<{ readonly reader: FrameReader }>({
  unix: socketPath,
  socket: {
    open: (socket) => void (socket.data = { reader: new FrameReader() }),
    data: (socket, bytes) => {
      for (const frame of socket.data.reader.push(new Uint8Array(bytes)))
        take(frame, (answer) => void socket.write(answer));
    },
  },
});
process.send?.("listening");
