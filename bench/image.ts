import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { wrun } from "./places.ts";
import { figure, printTable, ratio } from "./table.ts";

const layerBytes = 500e6;

interface Use {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly megabytes: number;
}

/** An image with a layer of 500 MB, packed and unpacked, beside what tar and gzip take for the same files. */
export async function benchImage(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "wrun-bench-image-"));
  try {
    const files = writeFiles(folder);
    const tarred = await used(["tar", "-czf", `${folder}/files.tar.gz`, "-C", files, "."]);
    const output = ["--platform", "wasi/wasm", "-o", `${folder}/image.tar`];
    const packed = await used([wrun, "image", "pack", `${folder}/app.wasm`, "--base", files, ...output]);
    mkdirSync(`${folder}/out`);
    const untarred = await used(["tar", "-xzf", `${folder}/files.tar.gz`, "-C", `${folder}/out`]);
    const unpacked = await used([wrun, "image", "unpack", `${folder}/image.tar`, `${folder}/bundle`]);
    printTable(
      "A layer of 500 MB: at most 80 MB of memory and 1.5x the time are wanted",
      ["", "time", "CPU time", "most memory", "x tar's time"],
      [
        row("tar -cz", tarred, tarred),
        row("wrun image pack", packed, tarred),
        row("tar -xz", untarred, untarred),
        row("wrun image unpack", unpacked, untarred),
      ],
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

// Programs are what large layers are made of; gzip sees no further than 32 KB, so that repeating them is no help.
function writeFiles(folder: string): string {
  const files = `${folder}/files`;
  mkdirSync(files);
  writeFileSync(`${folder}/app.wasm`, Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0));
  const program = readFileSync(`${dirname(wrun)}/lib/wrun`);
  for (let written = 0; written < layerBytes; written += program.length)
    appendFileSync(`${files}/large`, program.subarray(0, layerBytes - written));
  return files;
}

async function used(command: readonly string[]): Promise<Use> {
  const begin = performance.now();
  const child = Bun.spawn([...command], { stdio: ["ignore", "ignore", "inherit"] });
  const most = watchMemory(child.pid);
  const code = await child.exited;
  const megabytes = most();
  if (code !== 0) throw new Error(`${command.join(" ")} failed`);
  const seconds = (performance.now() - begin) / 1000;
  const usage = child.resourceUsage();
  if (usage === undefined) throw new Error("the kernel told nothing of the process");
  return { seconds, cpuSeconds: Number(usage.cpuTime.total) / 1e6, megabytes };
}

// What rusage says of a child is at least what its parent had when it was forked. The kernel's own mark is looked at
// as long as the process is there: it only ever rises.
function watchMemory(pid: number): () => number {
  let kilobytes = 0;
  const look = (): void => {
    try {
      const status = readFileSync(`/proc/${pid}/status`, "utf8");
      kilobytes = Math.max(kilobytes, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0));
    } catch {
      // It has ended.
    }
  };
  const timer = setInterval(look, 20);
  return () => {
    clearInterval(timer);
    return kilobytes / 1024;
  };
}

function row(name: string, use: Use, reference: Use): string[] {
  return [
    name,
    figure(use.seconds, "s"),
    figure(use.cpuSeconds, "s"),
    figure(use.megabytes, "MB"),
    ratio(use.seconds, reference.seconds),
  ];
}
