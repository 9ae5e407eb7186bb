import { atFdcwd, native } from "../native/native.ts";
import { WrunError } from "../oci/error.ts";
import { errnoText } from "./errno.ts";

const readOnly = 0;

/** Blocks until `start` has written a byte to the FIFO. */
export function waitForStart(fifo: string): void {
  const byte = new Uint8Array(1);
  for (;;) {
    // Opening blocks until there is a writer; one that leaves without a byte was no start.
    const fd = native.openat(atFdcwd, fifo, readOnly, 0);
    if (fd < 0) throw new WrunError("io", `cannot open the start FIFO: ${errnoText(fd)}`);
    const count = native.read(fd, byte.buffer, 0, 1);
    native.close(fd);
    if (count < 0) throw new WrunError("io", `cannot read the start FIFO: ${errnoText(count)}`);
    if (count === 1) return;
  }
}
