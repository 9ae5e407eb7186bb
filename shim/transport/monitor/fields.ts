import { containerd } from "../../../proto/gen/events.js";
import { wrun } from "../../../proto/gen/monitor.js";
import type { Envelope } from "../../monitor/envelope.ts";
import type { FieldOf } from "../../monitor/filter.ts";

const messages: Readonly<Record<string, { decode(bytes: Uint8Array): object }>> = {
  ...Object.fromEntries(
    Object.entries(containerd.events).map(([name, type]) => [`containerd.events.${name}`, type] as const),
  ),
  "wrun.events.v1.Module": wrun.events.v1.Module,
  "wrun.events.v1.Exit": wrun.events.v1.Exit,
};

/** The fields of an event as filters name them: `topic`, `namespace`, and `event.` with a field of the message. */
export function fieldsOf({ topic, namespace, event }: Envelope): FieldOf {
  let message: Readonly<Record<string, unknown>> | undefined;
  return ([first, second, ...more]) => {
    if (first === "topic" && second === undefined) return topic;
    if (first === "namespace" && second === undefined) return namespace;
    if (first !== "event" || second === undefined || more.length > 0) return undefined;
    message ??= decodedEvent(event.type_url, event.value);
    const value = message[camel(second)];
    return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
  };
}

// Somebody else's event may be of a type that we do not know, or be broken: it has no fields then.
function decodedEvent(type: string, bytes: Uint8Array): Readonly<Record<string, unknown>> {
  const known = messages[type.slice(type.lastIndexOf("/") + 1)];
  try {
    return { ...known?.decode(bytes) };
  } catch {
    return {};
  }
}

function camel(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
