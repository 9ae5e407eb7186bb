import { linuxFiles } from "../host/files.ts";

const patience = 2000;
const pause = 2;
const sigterm = 15;

/**
 * Waits until an engine that has just been started handles signals. Until then the kernel drops them, as the engine is
 * the first process of a PID namespace: a stop would wait in vain for its whole grace period.
 */
export async function whenEngineHandlesSignals(pid: number): Promise<void> {
  const end = Date.now() + patience;
  while (!catches(pid, sigterm) && Date.now() < end)
    await new Promise((resolve) => setTimeout(resolve, pause));
}

// proc(5), /proc/[pid]/status: the signals with a handler as a mask in hexadecimal. Before the loader takes over, the
// process is the low-level runtime's, whose handlers (Go has one for every signal) do not count.
function catches(pid: number, signal: number): boolean {
  const text = linuxFiles.readText(`/proc/${pid}/status`);
  if (text === undefined) return true;
  const mask = /^SigCgt:\s*([0-9a-f]+)$/m.exec(text)?.[1] ?? "0";
  return /^Name:\s*ld\.so$/m.test(text) && ((BigInt(`0x${mask}`) >> BigInt(signal - 1)) & 1n) === 1n;
}
