/** Whether a process has a handler for SIGTERM, by its /proc/PID/status: see proc_pid_status(5), SigCgt. */
export function catchesSigterm(status: string): boolean {
  const caught = /^SigCgt:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? "0";
  return ((BigInt(`0x${caught}`) >> 14n) & 1n) === 1n;
}
