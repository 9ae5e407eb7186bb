import type { MonitorLog } from "./monitor-log.ts";
import type { Observer } from "./monitor.ts";

export interface Tracer { readonly observe: Observer; close(): Promise<void> }
export async function openTracer(_env: NodeJS.ProcessEnv, _log: MonitorLog): Promise<Tracer | undefined> { return undefined; }
