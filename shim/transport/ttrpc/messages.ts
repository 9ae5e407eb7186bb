import { ttrpc } from "../../../proto/gen/ttrpc.js";
import { decoded } from "../rpc.ts";
import type { Metadata } from "../service.ts";
import { type Status, statusCode } from "../status.ts";
import type { Answer } from "../call.ts";
import { encodeFrame, frameType, mostData } from "./frame.ts";

/** A request for a call. */
export interface CallRequest {
  readonly service: string;
  readonly method: string;
  readonly payload: Uint8Array;
  readonly timeoutNano: number;
  readonly metadata: Metadata;
}

export function readRequest(data: Uint8Array): CallRequest {
  const { service, method, payload, timeoutNano, metadata } = decoded(ttrpc.Request, data);
  return { service, method, payload, timeoutNano, metadata: readMetadata(metadata) };
}

function readMetadata(pairs: readonly ttrpc.KeyValue.$Properties[]): Metadata {
  const metadata = new Map<string, string[]>();
  for (const { key, value } of pairs) {
    const name = (key ?? "").toLowerCase();
    metadata.set(name, [...(metadata.get(name) ?? []), value ?? ""]);
  }
  return metadata;
}

export function writeRequest(streamId: number, request: CallRequest): Uint8Array {
  const metadata = [...request.metadata].flatMap(([key, values]) => values.map((value) => ({ key, value })));
  const data = ttrpc.Request.encode({ ...request, metadata }).finish();
  return encodeFrame(streamId, frameType.request, data);
}

export function readResponse(data: Uint8Array): Answer {
  const { status, payload } = decoded(ttrpc.Response, data);
  const code = status?.code ?? statusCode.ok;
  return code === statusCode.ok ? { payload } : { status: { code, message: status?.message ?? "" } };
}

export function writeResponse(streamId: number, answer: Answer): Uint8Array {
  const data = ttrpc.Response.encode(answer).finish();
  return encodeFrame(streamId, frameType.response, data.length <= mostData ? data : tooLong(data.length));
}

function tooLong(length: number): Uint8Array {
  return ttrpc.Response.encode({ status: oversized(length) }).finish();
}

/** What is said of a message that no frame can hold. */
export function oversized(length: number): Status {
  const message = `a message of ${length} bytes is longer than the ${mostData} that ttrpc allows`;
  return { code: statusCode.resourceExhausted, message };
}
