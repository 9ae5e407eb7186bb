import { native } from "../../native/native.ts";
import { checked } from "./errno.ts";

const recordHeader = 19;

/**
 * The names in an open directory but `.` and `..`.
 *
 *     linux_dirent64: u64 inode | u64 offset | u16 record length | u8 type | name, NUL-terminated
 */
export function entriesOf(fd: number, path: string): string[] {
  const names: string[] = [];
  const buffer = new ArrayBuffer(32 * 1024);
  for (;;) {
    const length = checked(native.getdents(fd, buffer, 0, buffer.byteLength), "list", path);
    if (length === 0) return names;
    for (let at = 0; at < length;) {
      const size = new DataView(buffer).getUint16(at + 16, true);
      const name = nameIn(new Uint8Array(buffer, at + recordHeader, size - recordHeader));
      if (name !== "." && name !== "..") names.push(name);
      at += size;
    }
  }
}

function nameIn(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes.subarray(0, bytes.indexOf(0)));
}
