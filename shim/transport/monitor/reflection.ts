import descriptors from "../../../proto/gen/descriptors.json" with { type: "json" };
import { grpc } from "../../../proto/gen/monitor.js";
import { streamed } from "../rpc.ts";
import type { Service } from "../service.ts";
import { statusCode } from "../status.ts";

const v1 = grpc.reflection.v1;
type Asked = grpc.reflection.v1.ServerReflectionRequest;
type Told = grpc.reflection.v1.ServerReflectionResponse.$Properties;

/** gRPC's server reflection, in both of its versions, whose messages are the same. */
export function reflectionServices(services: readonly string[]): readonly Service[] {
  const info = streamed(
    { request: v1.ServerReflectionRequest, response: v1.ServerReflectionResponse },
    async function* (requests) {
      for await (const request of requests) yield answerTo(request, services);
    },
  );
  return ["v1", "v1alpha"].map((version) => ({
    name: `grpc.reflection.${version}.ServerReflection`,
    methods: new Map(),
    streams: new Map([["ServerReflectionInfo", info]]),
  }));
}

function answerTo(request: Asked, services: readonly string[]): Told {
  const answer = { validHost: request.host, originalRequest: request };
  if (typeof request.listServices === "string")
    return { ...answer, listServicesResponse: { service: services.map((name) => ({ name })) } };
  const { fileByFilename: name, fileContainingSymbol: symbol } = request;
  const found = descriptors.find(
    (file) => file.name === name || (typeof symbol === "string" && file.symbols.includes(symbol)),
  );
  if (found !== undefined)
    return { ...answer, fileDescriptorResponse: { fileDescriptorProto: withImports(found.name) } };
  return { ...answer, errorResponse: { errorCode: statusCode.notFound, errorMessage: "not found" } };
}

// The file first, then what it imports: each once.
function withImports(name: string): Uint8Array[] {
  const names = new Set([name]);
  for (const each of names)
    for (const needed of descriptors.find((file) => file.name === each)?.dependencies ?? [])
      names.add(needed);
  return [...names].flatMap((each) => {
    const file = descriptors.find((file) => file.name === each);
    return file === undefined ? [] : [new Uint8Array(Buffer.from(file.descriptor, "base64"))];
  });
}
