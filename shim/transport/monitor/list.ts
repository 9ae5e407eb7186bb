import { wrun } from "../../../proto/gen/monitor.js";
import type { SeenContainer } from "../../monitor/seen-container.ts";
import { serve } from "../rpc.ts";
import type { Service } from "../service.ts";
import { timestampOf } from "./moment.ts";

const v1 = wrun.monitor.v1;

/** The containers that live now. */
export type ListContainers = () => readonly SeenContainer[];

/** What the monitor knows of containers. */
export function monitorService(list: ListContainers): Service {
  const rpcs = { list: { request: v1.ListRequest, response: v1.ListResponse } } as const;
  return serve("wrun.monitor.v1.Monitor", rpcs, {
    list: () => ({ containers: list().map(onWire) }),
  });
}

function onWire(container: SeenContainer): wrun.monitor.v1.Container.$Properties {
  const { createdAt, startedAt, exitedAt, ...rest } = container;
  return {
    ...rest,
    createdAt: timestampOf(createdAt),
    startedAt: startedAt === undefined ? null : timestampOf(startedAt),
    exitedAt: exitedAt === undefined ? null : timestampOf(exitedAt),
  };
}
