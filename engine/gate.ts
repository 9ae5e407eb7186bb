import { atFdcwd, native, statFields } from "../native/native.ts";
import { WrunError } from "../oci/error.ts";
import { errno, errnoText } from "./errno.ts";
import { abandoned } from "./reports.ts";

const readOnly = 0;

/** Blocks until `start` has written a byte to the FIFO. Where that is taken away instead, nobody will start the guest. */
export function waitForStart(fifo: string): void {
  const byte = new Uint8Array(1);
  for (;;) {
    // Opening blocks until there is a writer; one that leaves without a byte was no start.
    const fd = native.openat(atFdcwd, fifo, readOnly, 0);
    if (fd === -errno.ENOENT) native.exit(abandoned);
    if (fd < 0) throw new WrunError("io", `cannot open the start FIFO: ${errnoText(fd)}`);
    const count = native.read(fd, byte.buffer, 0, 1);
    const removed = isRemoved(fd);
    native.close(fd);
    if (count < 0) throw new WrunError("io", `cannot read the start FIFO: ${errnoText(count)}`);
    if (count === 1) return;
    if (removed) native.exit(abandoned);
  }
}

function isRemoved(fd: number): boolean {
  const stat = new BigInt64Array(statFields.count);
  return native.fstat(fd, stat) >= 0 && stat[statFields.nlink] === 0n;
}
