import { atFdcwd, native } from "../native/native.ts";
import { WrunError } from "../oci/error.ts";
import { noStart } from "../oci/report.ts";
import { errno, errnoText } from "./errno.ts";
import { abandoned } from "./reports.ts";
import { O_RDWR } from "./wasi/linux.ts";

/** Blocks until `start` has written a byte to the FIFO. Where that is taken away instead, nobody will start the guest. */
export function waitForStart(fifo: string): void {
  // Open for both, it has no end: a writer that leaves without a byte was no start. fifo(7)
  const fd = native.openat(atFdcwd, fifo, O_RDWR, 0);
  if (fd === -errno.ENOENT) native.exit(abandoned);
  if (fd < 0) throw new WrunError("io", `cannot open the start FIFO: ${errnoText(fd)}`);
  const byte = new Uint8Array(1);
  const count = native.read(fd, byte.buffer, 0, 1);
  native.close(fd);
  if (count < 0) throw new WrunError("io", `cannot read the start FIFO: ${errnoText(count)}`);
  if (byte[0] === noStart.charCodeAt(0)) native.exit(abandoned);
}
