import type { MonitorLog } from "./monitor-log.ts";
import type { Observer } from "./monitor.ts";

/** Writes every turn of a container's life to the log. */
export function logObserver(log: MonitorLog): Observer {
  return ({ told, lives }, before) => {
    for (const { namespace, event } of told) {
      const life = [...lives.values(), ...before.values()].find(
        (each) => each?.details.id === event.containerId,
      );
      const { pod, bundle } = life?.details ?? {};
      const about = {
        topic: event.topic,
        container: event.containerId,
        namespace,
        ...(pod === undefined ? {} : { pod }),
        ...(bundle === undefined ? {} : { bundle }),
        ...("pid" in event ? { pid: event.pid } : {}),
      };
      if (event.topic !== "/wrun/exit") log.debug(`event ${event.topic}`, about);
      else log.info("container ended", { ...about, reason: event.reason, code: event.exitStatus });
    }
  };
}
