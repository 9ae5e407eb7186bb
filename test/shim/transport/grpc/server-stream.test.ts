import { EventEmitter } from "node:events";
import { expect, test } from "bun:test";
import { ServerStream } from "../../../../shim/transport/grpc/server-stream.ts";

/** A caller who takes nothing until it is told to. */
class SlowCall extends EventEmitter {
  wrote = 0;
  write(): boolean {
    this.wrote += 1;
    return false;
  }
  end(): void {}
  pause(): void {}
  resume(): void {}
}

test("a caller that is slow for long leaves nothing behind for each of its waits", async () => {
  const call = new SlowCall();
  const stream = new ServerStream(call as never, new Map());
  const listeners = new Set<unknown>();
  const { signal } = stream;
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  signal.addEventListener = (type: string, listener: never) => {
    listeners.add(listener);
    add(type, listener);
  };
  signal.removeEventListener = (type: string, listener: never) => {
    listeners.delete(listener);
    remove(type, listener);
  };
  const running = stream.run(async function* () {
    for (let count = 0; count < 100; count++) yield new Uint8Array(1);
  });
  for (let count = 1; count < 100; count++) {
    while (call.listenerCount("drain") === 0) await Promise.resolve();
    expect([listeners.size, call.listenerCount("drain")]).toEqual([1, 1]);
    call.emit("drain");
  }
  while (call.wrote < 100 || call.listenerCount("drain") === 0) await Promise.resolve();
  stream.stop({ code: 1, message: "gone" });
  call.on("error", () => undefined);
  await running;
  expect([listeners.size, call.listenerCount("drain")]).toEqual([0, 0]);
});
