import { native } from "../../../native/native.ts";
import { closeWatched, ready, whenReady } from "../../../shim/host/readiness.ts";

/** Resolves when every descriptor that is ready by now has been reported: one that becomes ready later has been. */
export async function seen(): Promise<void> {
  const later = native.eventfd();
  await whenReady(later, ready.write);
  closeWatched(later);
}
