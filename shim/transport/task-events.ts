import { containerd, type google } from "../../proto/gen/events.js";
import type { TaskEvent } from "../task/task-events.ts";

const events = containerd.events;

/** An event as containerd takes it: its type and its bytes. */
export interface EncodedEvent {
  readonly type_url: string;
  readonly value: Uint8Array;
}

/** Encodes an event. */
export function encodeEvent(event: TaskEvent): EncodedEvent {
  switch (event.topic) {
    case "/tasks/create": {
      const { io, rootfs, ...rest } = event;
      const mounts = rootfs.map(({ options, ...mount }) => ({ ...mount, options: [...options] }));
      return encoded("TaskCreate", events.TaskCreate.encode({ ...rest, io, rootfs: mounts }));
    }
    case "/tasks/start":
      return encoded("TaskStart", events.TaskStart.encode(event));
    case "/tasks/exit":
      return encoded("TaskExit", events.TaskExit.encode(timed(event)));
    case "/tasks/delete":
      return encoded("TaskDelete", events.TaskDelete.encode(timed(event)));
    case "/tasks/oom":
      return encoded("TaskOOM", events.TaskOOM.encode(event));
    case "/tasks/exec-added":
      return encoded("TaskExecAdded", events.TaskExecAdded.encode(event));
    case "/tasks/exec-started":
      return encoded("TaskExecStarted", events.TaskExecStarted.encode(event));
    case "/tasks/paused":
      return encoded("TaskPaused", events.TaskPaused.encode(event));
    case "/tasks/resumed":
      return encoded("TaskResumed", events.TaskResumed.encode(event));
  }
}

/** A moment as protobuf has it. */
export function timestamp(at: Date): google.protobuf.Timestamp.$Properties {
  const milliseconds = at.getTime();
  const seconds = Math.floor(milliseconds / 1000);
  return { seconds, nanos: (milliseconds - seconds * 1000) * 1e6 };
}

function timed<E extends { readonly exitedAt: Date }>({
  exitedAt,
  ...event
}: E): Omit<E, "exitedAt"> & {
  readonly exitedAt: google.protobuf.Timestamp.$Properties;
} {
  return { ...event, exitedAt: timestamp(exitedAt) };
}

function encoded(name: string, writer: { finish(): Uint8Array }): EncodedEvent {
  return { type_url: `containerd.events.${name}`, value: writer.finish() };
}
