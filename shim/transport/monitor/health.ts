import { grpc } from "../../../proto/gen/monitor.js";
import { WrunError } from "../../../oci/error.ts";
import { oneLine } from "../../one-line.ts";
import { only, serve, streamed } from "../rpc.ts";
import type { Service } from "../service.ts";

const v1 = grpc.health.v1;
const { SERVING, SERVICE_UNKNOWN } = v1.HealthCheckResponse.ServingStatus;
const checkRpc = { request: v1.HealthCheckRequest, response: v1.HealthCheckResponse } as const;

/** gRPC's health checks: whoever is answered at all is served, in each of `services` and as a whole. */
export function healthService(services: readonly string[]): Service {
  const isKnown = (name: string): boolean => name === "" || services.includes(name);
  const service = serve(
    "grpc.health.v1.Health",
    { check: checkRpc },
    {
      check: ({ service: name }) => {
        if (isKnown(name)) return { status: SERVING };
        throw new WrunError("not-found", `service ${JSON.stringify(oneLine(name, 100))} does not exist`);
      },
    },
  );
  const watch = streamed(checkRpc, async function* (requests, { signal }) {
    const { service: name } = await only(requests);
    yield { status: isKnown(name) ? SERVING : SERVICE_UNKNOWN };
    await new Promise<void>((resolve) => {
      signal.addEventListener("abort", () => resolve(), { once: true });
      if (signal.aborted) resolve();
    });
  });
  return { ...service, streams: new Map([["Watch", watch]]) };
}
