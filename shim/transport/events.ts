import { containerd, google } from "../../proto/gen/events.js";
import { type Handlers, type Remote, remote, serve } from "./rpc.ts";
import type { Caller, Service } from "./service.ts";

const v1 = containerd.services.events.ttrpc.v1;
const name = "containerd.services.events.ttrpc.v1.Events";

const eventsRpcs = {
  forward: { request: v1.ForwardRequest, response: google.protobuf.Empty },
} as const;

/** containerd's side of the events: tests and benchmarks stand in for it. */
export function eventsService(handlers: Handlers<typeof eventsRpcs>): Service {
  return serve(name, eventsRpcs, handlers);
}

/** Where containerd takes events. */
export function remoteEvents(caller: Caller): Remote<typeof eventsRpcs> {
  return remote(name, eventsRpcs, caller);
}
