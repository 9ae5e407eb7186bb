import { wrun } from "../../../proto/gen/monitor.js";
import type { Event } from "../../monitor/envelope.ts";
import type { Told } from "../../monitor/told.ts";
import { type EncodedEvent, encodeEvent, timestamp } from "../task-events.ts";

const { Module, Exit } = wrun.events.v1;

/** An event in bytes. */
export function encodeTold({ at, namespace, event }: Told): Event {
  return { at: BigInt(at) * 1000n, namespace, topic: event.topic, event: encoded(event) };
}

function encoded(event: Told["event"]): EncodedEvent {
  switch (event.topic) {
    case "/wrun/module": {
      const lists = { grant: [...event.grant], trapStack: [...event.trapStack] };
      return { type_url: "wrun.events.v1.Module", value: Module.encode({ ...event, ...lists }).finish() };
    }
    case "/wrun/exit": {
      const { exitedAt, stack, ...rest } = event;
      const message = { ...rest, exitedAt: timestamp(exitedAt), stack: [...stack] };
      return { type_url: "wrun.events.v1.Exit", value: Exit.encode(message).finish() };
    }
    default:
      return encodeEvent(event);
  }
}
