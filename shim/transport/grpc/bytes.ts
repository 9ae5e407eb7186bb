import type { MethodDefinition } from "@grpc/grpc-js";

/** Messages pass the library as bytes: the services read and write them. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

export function pathOf(service: string, method: string): string {
  return `/${service}/${method}`;
}

/** A method of one request and one answer. */
export function unary(path: string): MethodDefinition<Uint8Array, Uint8Array> {
  return {
    path,
    requestStream: false,
    responseStream: false,
    requestSerialize: asBuffer,
    requestDeserialize: (bytes) => bytes,
    responseSerialize: asBuffer,
    responseDeserialize: (bytes) => bytes,
  };
}

/** A method of many requests and many answers: one of one request and many answers is the same on the wire. */
export function streaming(path: string): MethodDefinition<Uint8Array, Uint8Array> {
  return { ...unary(path), requestStream: true, responseStream: true };
}
