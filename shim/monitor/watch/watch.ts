import { WrunError } from "../../../oci/error.ts";
import { native } from "../../../native/native.ts";
import { remoteMonitor } from "../../transport/monitor/remote.ts";
import { Screen } from "./screen.ts";
import { type Order, orders, tableLines } from "./table.ts";

const refreshMs = 500;
const ctrlC = "\x03";
const [stdin, stdout] = [0, 1];

/** Shows the containers of the monitor that listens at `socket`, until the user has seen enough. */
export async function watch(socket: string): Promise<number> {
  if (!native.isatty(stdin) || !native.isatty(stdout))
    throw new WrunError("precondition", "--watch needs a terminal: ask wrun.monitor.v1.Monitor/List instead");
  const monitor = remoteMonitor(socket);
  let containers = await monitor.list();
  const quit = Promise.withResolvers<void>();
  let order: Order = "i";
  using screen = new Screen();
  const draw = (): void => {
    const [rows, columns] = screen.size;
    screen.draw(tableLines(containers, { order, now: Date.now() / 1000, rows, columns }));
  };
  const restore = onKeys((key) => {
    if (key === "q" || key === ctrlC) quit.resolve();
    if (isOrder(key)) order = key;
    draw();
  });
  // Whoever ends it so gets the terminal back as it was, too.
  for (const signal of ["SIGTERM", "SIGHUP"] as const) process.once(signal, () => quit.resolve());
  // One question at a time: an earlier answer that comes late would be shown as the later one.
  let isAsked = false;
  const timer = setInterval(() => {
    if (isAsked) return;
    isAsked = true;
    monitor.list().then((found) => {
      isAsked = false;
      containers = found;
      draw();
    }, quit.reject);
  }, refreshMs);
  try {
    draw();
    await quit.promise;
    return 0;
  } finally {
    clearInterval(timer);
    restore();
    monitor.close();
  }
}

function isOrder(key: string): key is Order {
  return key in orders;
}

function onKeys(pressed: (key: string) => void): () => void {
  const { stdin: input } = process;
  const heard = (bytes: Buffer): void => {
    for (const key of bytes.toString("latin1")) pressed(key);
  };
  input.setRawMode(true);
  input.on("data", heard);
  return () => {
    input.off("data", heard);
    input.setRawMode(false);
    input.pause();
  };
}
