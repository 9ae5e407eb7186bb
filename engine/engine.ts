/** What runs wasm: the one seam behind which a second engine can stand one day. */
export interface Engine {
  /** Throws WrunError where the bytes are no valid module. */
  compile(bytes: Uint8Array): CompiledModule;
  /**
   * How a guest's call that threw `error` ended; undefined where the guest is not to blame. Rejects with a
   * WrunError where the function called takes or returns what a host cannot give or take.
   */
  trapOf(error: unknown): Promise<Trap | undefined>;
}

/** A module that can be instantiated. */
export interface CompiledModule {
  /** Throws WrunError where the module does not fit its imports, or its segments its memory. */
  instantiate(imports: HostImports): Instance;
}

/** Host functions by module and name. */
export type HostImports = Readonly<Record<string, Readonly<Record<string, HostFunction>>>>;

/** A function that the guest can call. */
export type HostFunction = (...parameters: never[]) => number | void;

/** A running module. */
export interface Instance {
  /** The memory that host calls read and write: the export `memory`. */
  readonly memory: WebAssembly.Memory | undefined;
  /** The names of the exported functions. */
  functions(): readonly string[];
  /** How many parameters the exported function of that name has; undefined where there is none. */
  parameterCount(name: string): number | undefined;
  /** Calls an exported function. What it throws is for trapOf(). */
  call(name: string, parameters: readonly (number | bigint)[]): unknown;
}

/** Why a guest's call broke off. */
export interface Trap {
  readonly reason: string;
  /** The guest's functions, innermost first, by name or index. */
  readonly stack: readonly string[];
}
