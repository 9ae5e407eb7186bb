import { native } from "../../native/native.ts";
import { WrunError } from "../../oci/error.ts";
import { quote } from "../../oci/note.ts";
import { errnoText } from "../errno.ts";
import type { GuestMemory } from "../memory.ts";
import { EINVAL, SO_TYPE } from "./linux.ts";
import { openSocket, type Socket } from "./socket.ts";

const AF_UNIX = 1;
const AF_INET = 2;
const AF_INET6 = 10;
const backlog = 128;

// tcp:127.0.0.1:80 or tcp:[::1]:80, unix:/path, and fd:N, a socket that the caller passed to us.
const address = /^(?:tcp:(?:\[(?<v6>[^\]]+)\]|(?<v4>[^:]+)):(?<port>\d+)|unix:(?<path>.+)|fd:(?<fd>\d+))$/s;

/** The socket for one `--listen` address. */
export function openListener(memory: GuestMemory, text: string): Socket {
  const { v6, v4, port, path, fd } = address.exec(text)?.groups ?? {};
  if (fd !== undefined) return inherited(memory, text, Number(fd));
  let listener = -1;
  if (path !== undefined) listener = native.listen(AF_UNIX, path, 0, backlog);
  else if (v6 !== undefined) listener = native.listen(AF_INET6, v6, Number(port), backlog);
  else if (v4 !== undefined) listener = native.listen(AF_INET, v4, Number(port), backlog);
  else throw new WrunError("invalid", `--listen: ${quote(text)} is not tcp:ADDRESS:PORT, unix:PATH or fd:N`);
  if (listener < 0) {
    throw new WrunError("io", `cannot listen on ${quote(text)}: ${whyNot(listener)}`);
  }
  return openSocket(memory, listener, { shared: false });
}

// Host names are not resolved: that would be the work of the image's libraries.
function whyNot(result: number): string {
  return result === -EINVAL ? "it is no numeric address with a port up to 65535" : errnoText(result);
}

function inherited(memory: GuestMemory, text: string, fd: number): Socket {
  if (native.getsockopt(fd, SO_TYPE) < 0) {
    throw new WrunError("invalid", `--listen: ${quote(text)} is not an open socket`);
  }
  native.setCloexec(fd, true);
  return openSocket(memory, fd, { shared: true });
}
