/** An event that was taken. */
export interface TakenEvent {
  readonly containerId: string;
  readonly sinceTimestampMs: number;
  /** Of an exit: since the process's end, as the event has it. */
  readonly sinceExitMs: number | undefined;
}

/**
 * containerd's side of the events, in a process of its own, so that nothing that a benchmark does meanwhile is measured.
 * Resolves once it listens at `socket`.
 */
export async function startTaker(socket: string, taken: (event: TakenEvent) => void): Promise<Disposable> {
  const listening = Promise.withResolvers<void>();
  const running = Bun.spawn([process.execPath, `${import.meta.dirname}/event-taker.ts`, socket], {
    stdio: ["ignore", "inherit", "inherit"],
    ipc: (message: TakenEvent | "listening") =>
      message === "listening" ? listening.resolve() : taken(message),
    onExit: () => listening.reject(new Error("the taker of events has ended")),
  });
  await listening.promise;
  return { [Symbol.dispose]: () => running.kill() };
}
