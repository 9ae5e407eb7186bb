import { containerd, google } from "../../../proto/gen/monitor.js";
import { WrunError } from "../../../oci/error.ts";
import { oneLine } from "../../one-line.ts";
import type { Envelope, Event } from "../../monitor/envelope.ts";
import type { Feed } from "../../monitor/feed.ts";
import { parseFilters } from "../../monitor/filter.ts";
import { only, serve, streamed } from "../rpc.ts";
import type { CallContext, Metadata, Service } from "../service.ts";
import { fieldsOf } from "./fields.ts";
import { momentOf, parseSince, timestampOf } from "./moment.ts";

const v1 = containerd.services.events.v1;

const eventsRpcs = {
  publish: { request: v1.PublishRequest, response: google.protobuf.Empty },
  forward: { request: v1.ForwardRequest, response: google.protobuf.Empty },
} as const;

const subscribeRpc = { request: v1.SubscribeRequest, response: containerd.types.Envelope };

/** What stands behind the service. */
export interface EventsParts {
  readonly feed: Feed;
  /** Takes in an event from a caller. */
  readonly publish: (event: Event) => void;
  /** A follower has missed events: they were kept no more when it came for them. */
  readonly missed: (namespace: string) => void;
  readonly now: () => bigint;
}

const longestValue = 1024 * 1024;

/** containerd's Events service. */
export function eventsService({ feed, publish, missed, now }: EventsParts): Service {
  const service = serve("containerd.services.events.v1.Events", eventsRpcs, {
    publish: ({ topic, event }, { metadata }) => {
      publish(checked({ at: now(), namespace: namespaceOf(metadata), topic, event: eventOf(event) }));
      return {};
    },
    forward: ({ envelope }) => {
      const { timestamp, namespace, topic, event } = envelope ?? {};
      // Later events have later timestamps: one from the future would be that of all that come after it.
      const said = timestamp === null || timestamp === undefined ? now() : momentOf(timestamp);
      const at = said < now() ? said : now();
      publish(checked({ at, namespace: namespace ?? "", topic: topic ?? "", event: eventOf(event) }));
      return {};
    },
  });
  const subscribe = streamed(subscribeRpc, async function* (requests, context: CallContext) {
    const { filters } = await only(requests);
    const filter = parseFilters(filters);
    const since = context.metadata.get("wrun-since")?.[0];
    const follower = {
      since: since === undefined ? undefined : parseSince(since),
      signal: context.signal,
      wants: (envelope: Envelope) => filter(fieldsOf(envelope)),
      missed: () => missed(namespaceOf(context.metadata)),
    };
    for await (const envelope of feed.follow(follower)) yield onWire(envelope);
  });
  return { ...service, streams: new Map([["Subscribe", subscribe]]) };
}

function onWire({ at, namespace, topic, event }: Envelope): containerd.types.Envelope.$Properties {
  return { timestamp: timestampOf(at), namespace, topic, event };
}

function eventOf(event: google.protobuf.Any.$Properties | null | undefined): Event["event"] {
  return { type_url: event?.type_url ?? "", value: event?.value ?? new Uint8Array() };
}

// As containerd checks them (containerd: core/events/exchange).
function checked(event: Event): Event {
  const { namespace, topic } = event;
  if (!/^[A-Za-z0-9]+([._-][A-Za-z0-9]+)*$/.test(namespace) || namespace.length > 76)
    throw new WrunError("invalid", `namespace ${JSON.stringify(oneLine(namespace, 100))} is not valid`);
  if (!/^(\/[A-Za-z0-9]+([._-][A-Za-z0-9]+)*)+$/.test(topic) || topic.length > 256)
    throw new WrunError(
      "invalid",
      `topic ${JSON.stringify(oneLine(topic, 100))} is not valid: write it as /a/b`,
    );
  if (event.event.value.length > longestValue) throw new WrunError("invalid", "an event of more than 1 MiB");
  return event;
}

function namespaceOf(metadata: Metadata): string {
  return metadata.get("containerd-namespace")?.[0] ?? "default";
}
