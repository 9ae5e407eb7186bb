import { WrunError } from "../../oci/error.ts";
import type { CallContext, Caller, CallOptions, Method, Service, StreamMethod } from "./service.ts";

/** How generated code reads and writes one message. */
export interface Message<Decoded, Encodable> {
  decode(bytes: Uint8Array): Decoded;
  encode(message: Encodable): { finish(): Uint8Array };
}

/** Both messages of an rpc. */
export interface Rpc {
  readonly request: Message<unknown, never>;
  readonly response: Message<unknown, never>;
}

/** A service's rpcs, under their names with a small first letter. */
export type Rpcs = Readonly<Record<string, Rpc>>;

type Decoded<M extends Message<unknown, never>> = ReturnType<M["decode"]>;
type Encodable<M extends Message<unknown, never>> = Parameters<M["encode"]>[0];

/** The serving side of a service: a function for each rpc. */
export type Handlers<R extends Rpcs> = {
  readonly [Name in keyof R]: (
    request: Decoded<R[Name]["request"]>,
    context: CallContext,
  ) => Encodable<R[Name]["response"]> | Promise<Encodable<R[Name]["response"]>>;
};

/** The calling side of a service. */
export type Remote<R extends Rpcs> = {
  readonly [Name in keyof R]: (
    request: Encodable<R[Name]["request"]>,
    options?: CallOptions,
  ) => Promise<Decoded<R[Name]["response"]>>;
};

/** The service `name`, answered by `handlers`. */
export function serve<R extends Rpcs>(name: string, rpcs: R, handlers: Handlers<R>): Service {
  const methods = Object.keys(rpcs).map((key) => [wireName(key), method(rpcs, handlers, key)] as const);
  return { name, methods: new Map(methods) };
}

function method<R extends Rpcs>(rpcs: R, handlers: Handlers<R>, key: keyof R): Method {
  const { request, response } = rpcs[key] as Rpc;
  return async (payload, context) => {
    const answer = await handlers[key](decoded(request, payload) as never, context);
    return response.encode(answer).finish();
  };
}

/** A method whose answers are many, answered by `handler`. */
export function streamed<Asked, Told>(
  rpc: { readonly request: Message<Asked, never>; readonly response: Message<unknown, Told> },
  handler: (requests: AsyncIterable<Asked>, context: CallContext) => AsyncIterable<Told>,
): StreamMethod {
  return async function* (requests, context) {
    for await (const answer of handler(eachDecoded(rpc.request, requests), context))
      yield rpc.response.encode(answer).finish();
  };
}

async function* eachDecoded<D>(
  message: Message<D, never>,
  requests: AsyncIterable<Uint8Array>,
): AsyncGenerator<D> {
  for await (const bytes of requests) yield decoded(message, bytes);
}

/** The first request of a method that takes one. */
export async function only<D>(requests: AsyncIterable<D>): Promise<D> {
  for await (const request of requests) return request;
  throw new WrunError("invalid", "a call without a request");
}

/** The service `name` of whoever `caller` talks to. */
export function remote<R extends Rpcs>(name: string, rpcs: R, caller: Caller): Remote<R> {
  const call = (key: string, { request, response }: Rpc) => {
    return async (message: never, options?: CallOptions) => {
      const payload = request.encode(message).finish();
      return decoded(response, await caller.call({ service: name, method: wireName(key), payload }, options));
    };
  };
  return Object.fromEntries(Object.entries(rpcs).map(([key, rpc]) => [key, call(key, rpc)])) as Remote<R>;
}

function wireName(key: string): string {
  return `${key.charAt(0).toUpperCase()}${key.slice(1)}`;
}

/** A message out of bytes that another program sent. */
export function decoded<D>(message: Message<D, never>, bytes: Uint8Array): D {
  try {
    return message.decode(bytes);
  } catch (cause) {
    throw new WrunError("invalid", `malformed message: ${String(cause)}`, { cause });
  }
}
