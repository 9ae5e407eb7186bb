import type { Service } from "../service.ts";
import { eventsService, type EventsParts } from "./events.ts";
import { healthService } from "./health.ts";
import { type ListContainers, monitorService } from "./list.ts";
import { reflectionServices } from "./reflection.ts";

/** Everything that the monitor serves. */
export interface MonitorParts extends EventsParts {
  readonly list: ListContainers;
}

/** The monitor's services, with health and reflection for all of them. */
export function monitorServices(parts: MonitorParts): readonly Service[] {
  const own = [eventsService(parts), monitorService(parts.list)];
  const names = [
    ...own.map(({ name }) => name),
    "grpc.health.v1.Health",
    "grpc.reflection.v1.ServerReflection",
    "grpc.reflection.v1alpha.ServerReflection",
  ];
  return [...own, healthService(names), ...reflectionServices(names)];
}
