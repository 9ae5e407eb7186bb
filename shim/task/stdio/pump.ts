import { native } from "../../../native/native.ts";
import { ready, whenReady } from "../../host/readiness.ts";

const eagain = -11;
const chunk = 64 * 1024;

// What has been read is written before anybody else gets to read: one buffer serves all pumps, and what cannot be
// written at once is copied out of it.
const shared = new ArrayBuffer(chunk);

/**
 * Copies from one descriptor to another, both non-blocking, until the first ends or forget() is called on either. At
 * most 64 KiB wait here for a reader that is slow.
 */
export async function pump(from: number, to: number): Promise<void> {
  while ((await whenReady(from, ready.read)) !== 0) {
    const got = native.read(from, shared, 0, chunk);
    if (got === eagain) continue;
    // A terminal whose last process has gone answers EIO.
    if (got <= 0) return;
    if (!(await writeOn(to, got))) return;
  }
}

async function writeOn(to: number, length: number): Promise<boolean> {
  const wrote = native.write(to, shared, 0, length);
  if (wrote === length) return true;
  if (wrote < 0 && wrote !== eagain) return false;
  return writeRest(to, shared.slice(Math.max(wrote, 0), length));
}

/** Writes all of `rest` to a non-blocking descriptor; false where nobody reads it, or forget() is called on it. */
export async function writeRest(to: number, rest: ArrayBuffer): Promise<boolean> {
  for (let at = 0; at < rest.byteLength;) {
    if ((await whenReady(to, ready.write)) === 0) return false;
    const wrote = native.write(to, rest, at, rest.byteLength - at);
    if (wrote < 0 && wrote !== eagain) return false;
    at += Math.max(wrote, 0);
  }
  return true;
}
