import { mkdirSync, mkdtempSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "bun:test";
import { hangTimeoutMs } from "../../until.ts";
import { temporaryDirectory } from "../../wrun.ts";
import { directory, Guest, oflag, right } from "./guest.ts";

const work = temporaryDirectory();
const rounds = 4000;

// Another process renames back and forth, as often as it can, until it is ended.
const swapper = `
  const { renameSync } = require("node:fs");
  const pairs = JSON.parse(process.argv[1]);
  process.stdout.write("swapping");
  for (;;) for (const [from, to] of pairs) renameSync(from, to);
`;

/** Runs `act` often while another process does the renames in a circle; what it gave, each answer once. */
async function whileSwapping(
  pairs: readonly (readonly [string, string])[],
  act: () => unknown,
  isSeen: (seen: ReadonlySet<unknown>) => boolean = () => true,
): Promise<unknown[]> {
  const child = Bun.spawn([process.execPath, "-e", swapper, JSON.stringify(pairs)], { stdout: "pipe" });
  await child.stdout.getReader().read();
  const seen = new Set<unknown>();
  // On a busy machine the other process may not get to run for a while.
  const end = performance.now() + hangTimeoutMs;
  for (let round = 0; round < rounds || (!isSeen(seen) && performance.now() < end); round++) seen.add(act());
  child.kill("SIGKILL");
  await child.exited;
  return [...seen];
}

/** root/ with a directory `dir`, and beside it a symlink to the same names outside. */
function makeTree(target: string): { base: string; root: string } {
  const base = mkdtempSync(join(work, "race-"));
  const root = join(base, "root");
  for (const name of ["root/dir", "out"]) mkdirSync(join(base, name), { recursive: true });
  writeFileSync(join(root, "dir/file"), "inside");
  writeFileSync(join(base, "out/file"), "secret");
  symlinkSync(target, join(root, "link"));
  return { base, root };
}

for (const walks of [false, true]) {
  const way = walks ? "step by step" : "by openat2";

  for (const guestPath of ["/", "/data"]) {
    for (const target of ["../out", "absolute"]) {
      test(`a directory swapped for a link (${target}) leads nowhere from ${guestPath}, resolved ${way}`, async () => {
        const { base, root } = makeTree(target === "absolute" ? join(work, "none") : target);
        if (target === "absolute") {
          renameSync(join(root, "link"), join(base, "unused"));
          symlinkSync(join(base, "out"), join(root, "link"));
        }
        const guest = new Guest({ preopens: [directory(root, guestPath)], walks });
        const [dir, link, spare] = [join(root, "dir"), join(root, "link"), join(root, "spare")];
        const circle = [
          [dir, spare],
          [link, dir],
          [dir, link],
          [spare, dir],
        ] as const;
        const read = () => {
          guest.forget();
          return guest.readFile("dir/file");
        };
        const seen = await whileSwapping(circle, read, (answers) => answers.has("inside"));
        expect(seen).toContain("inside");
        expect(seen).not.toContain("secret");
      });
    }
  }

  test(`a directory moved out from under a lookup takes no '..' with it, resolved ${way}`, async () => {
    const base = mkdtempSync(join(work, "race-"));
    const root = join(base, "root");
    for (const name of ["root/a/b/c/d", "out/1/2"]) mkdirSync(join(base, name), { recursive: true });
    writeFileSync(join(root, "file"), "inside");
    writeFileSync(join(base, "out/file"), "secret");
    const [home, away] = [join(root, "a/b/c"), join(base, "out/1/2/c")];
    const guest = new Guest({ preopens: [directory(root)], walks });
    const seen = await whileSwapping(
      [
        [home, away],
        [away, home],
      ],
      () => {
        guest.forget();
        return guest.readFile("a/b/c/d/../../../../file");
      },
      (answers) => answers.has("inside"),
    );
    expect(seen).toContain("inside");
    expect(seen).not.toContain("secret");
  });

  test(`a file made while its directory is swapped for a link is made inside, resolved ${way}`, async () => {
    const { base, root } = makeTree("../out");
    const guest = new Guest({ preopens: [directory(root)], walks });
    const [dir, link, spare] = [join(root, "dir"), join(root, "link"), join(root, "spare")];
    const circle = [
      [dir, spare],
      [link, dir],
      [dir, link],
      [spare, dir],
    ] as const;
    await whileSwapping(circle, () => {
      guest.forget();
      const fd = guest.open("dir/new", { oflags: oflag.creat, rights: right.write });
      if (fd >= 0) guest.call("fd_close", fd);
      guest.on("path_unlink_file", "dir/file");
      return fd >= 0;
    });
    const outside = new Guest({ preopens: [directory(join(base, "out"))] });
    expect(outside.list(3).sort()).toEqual([".", "..", "file"]);
  });
}
