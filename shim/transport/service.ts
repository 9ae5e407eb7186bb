/** What a caller sends beside the request; keys are lower case. */
export type Metadata = ReadonlyMap<string, readonly string[]>;

/** What a handler knows of the call beside its request. */
export interface CallContext {
  /** Aborted when nobody waits for the answer any more: the caller's time is up, or it has gone. */
  readonly signal: AbortSignal;
  readonly metadata: Metadata;
}

/** One rpc, in bytes: what a transport serves. */
export type Method = (payload: Uint8Array, context: CallContext) => Promise<Uint8Array>;

/** An rpc with many answers, and perhaps many requests, in bytes. It ends when its answers do; gRPC alone has such. */
export type StreamMethod = (
  requests: AsyncIterable<Uint8Array>,
  context: CallContext,
) => AsyncIterable<Uint8Array>;

/** A service under its full name, as "containerd.task.v3.Task"; methods under the names of the wire. */
export interface Service {
  readonly name: string;
  readonly methods: ReadonlyMap<string, Method>;
  readonly streams?: ReadonlyMap<string, StreamMethod>;
}

/** The method of that name; undefined where there is none. */
export function findMethod(services: readonly Service[], service: string, name: string): Method | undefined {
  return services.find((each) => each.name === service)?.methods.get(name);
}

/** A call to be made. */
export interface CallTarget {
  readonly service: string;
  readonly method: string;
  readonly payload: Uint8Array;
}

/** What a caller may say about a call. */
export interface CallOptions {
  /** After this long the call fails with DEADLINE_EXCEEDED; the server is told, too. */
  readonly timeoutMs?: number;
  readonly metadata?: Metadata;
}

/** The calling side of a transport. */
export interface Caller {
  /** Rejects with errorOf() the status that the server answered, or with the transport's own. */
  call(target: CallTarget, options?: CallOptions): Promise<Uint8Array>;
}
