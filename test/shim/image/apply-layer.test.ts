import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { expect, test } from "bun:test";
import { applyLayer } from "../../../shim/image/apply-layer.ts";
import { Budget } from "../../../shim/image/budget.ts";
import { RootWriter } from "../../../shim/image/root-writer.ts";
import { run, temporaryDirectory } from "../../wrun.ts";
import { refusal } from "../artifact/refusal.ts";
import { archiveOf, type Entry, unpackLayers } from "./archives.ts";

const file = (name: string, text = name): Entry => [{ name }, text];
const directory = (name: string): Entry => [{ name, type: "directory" }];

/** Unpacks layers of files; where. */
async function unpacked(...layers: readonly (readonly Entry[])[]): Promise<string> {
  const root = temporaryDirectory();
  await unpackLayers(root, await Promise.all(layers.map(archiveOf)));
  return root;
}

// Bun's readdir follows links.
function names(root: string): string[] {
  const found = run(["find", root, "-mindepth", "1", "-printf", "%P\\n"]).stdout;
  return found.split("\n").slice(0, -1).sort();
}

test("files, directories and links are made with their modes and times", async () => {
  const root = await unpacked([
    [{ name: "./", type: "directory", mode: 0o711, mtime: new Date(9000) }],
    [{ name: "bin/", type: "directory", mode: 0o755, mtime: new Date(1000) }],
    [{ name: "bin/app", mode: 0o754, mtime: new Date(2000) }, "app"],
    [{ name: "bin/also", type: "link", linkname: "bin/app" }],
    [{ name: "sh", type: "symlink", linkname: "/bin/app" }],
    [{ name: "pipe", type: "fifo", mode: 0o600 }],
  ]);
  expect(statSync(root).mode & 0o7777).toBe(0o711);
  expect(statSync(root).mtimeMs).toBe(9000);
  expect(statSync(`${root}/bin`)).toMatchObject({ mode: 0o040755, mtimeMs: 1000 });
  expect(statSync(`${root}/bin/app`)).toMatchObject({ mode: 0o100754, mtimeMs: 2000, nlink: 2 });
  expect(statSync(`${root}/bin/also`).ino).toBe(statSync(`${root}/bin/app`).ino);
  expect(readlinkSync(`${root}/sh`)).toBe("/bin/app");
  expect(lstatSync(`${root}/pipe`).isFIFO()).toBe(true);
});

test("a directory that an archive leaves out is made", async () => {
  const root = await unpacked([file("a/b/c/d")]);
  expect(readFileSync(`${root}/a/b/c/d`, "utf8")).toBe("a/b/c/d");
});

test("a later entry takes the place of an earlier one of any kind, and a directory keeps its files", async () => {
  const root = await unpacked(
    [
      file("one"),
      directory("two"),
      file("two/inner"),
      [{ name: "three", type: "symlink", linkname: "two" }],
      directory("four"),
      file("four/kept"),
    ],
    [
      directory("one"),
      file("one/new"),
      file("two"),
      directory("three"),
      file("three/x"),
      [{ name: "four", type: "directory", mode: 0o700 }],
    ],
  );
  expect(names(root)).toEqual(["four", "four/kept", "one", "one/new", "three", "three/x", "two"]);
  expect(statSync(`${root}/four`).mode & 0o777).toBe(0o700);
});

test("a directory that was replaced takes what it was to have with it, and all beneath it", async () => {
  const inner: Entry = [{ name: "a/b/c/", type: "directory", mode: 0o700 }];
  const root = await unpacked([inner, file("a/b/c/x"), file("a/b"), file("other")]);
  expect(names(root)).toEqual(["a", "a/b", "other"]);
  const again = await unpacked([inner, file("a/b"), file("other")], [file(".wh.a"), file("a/b/c/x")]);
  expect(statSync(`${again}/a/b/c`).mode & 0o777).toBe(0o755);
});

test("a whiteout hides what is below, and nothing of its own layer", async () => {
  const root = await unpacked(
    [file("a"), file("b"), directory("d"), file("d/x"), file("d/y")],
    [
      file(".wh.a", ""),
      file("b", "new"),
      file(".wh.b", ""),
      file("d/.wh.x", ""),
      file("d/.wh.gone", ""),
      file(".wh..wh.plnk", ""),
    ],
  );
  expect(names(root)).toEqual(["b", "d", "d/y"]);
  expect(readFileSync(`${root}/b`, "utf8")).toBe("new");
});

test("an opaque whiteout hides all of a directory that is below, wherever it stands in its layer", async () => {
  const lower = [
    directory("d"),
    file("d/x"),
    directory("d/e"),
    file("d/e/y"),
    directory("d/f"),
    file("d/f/z"),
    file("kept"),
  ];
  const opaque = file("d/.wh..wh..opq", "");
  for (const upper of [
    [opaque, file("d/new"), file("d/e/new")],
    [file("d/new"), file("d/e/new"), opaque],
  ])
    expect(names(await unpacked(lower, upper))).toEqual(["d", "d/e", "d/e/new", "d/new", "kept"]);
});

test("a whiteout in the lowest layer hides nothing", async () => {
  expect(names(await unpacked([file("a"), file(".wh.a", "")]))).toEqual(["a"]);
});

test("extended attributes are told to be lost", async () => {
  const header = { name: "a", pax: { "SCHILY.xattr.user.x": "1" } };
  const lost = await unpackLayers(temporaryDirectory(), [await archiveOf([[header, "a"]])]);
  expect(lost).toEqual(["extended attributes"]);
});

const long = `${"long-name-".repeat(12)}/${"ü".repeat(100)}`;

for (const format of ["gnu", "pax", "ustar", "oldgnu"])
  test(`an archive of GNU tar in the format ${format} comes out as it went in`, async () => {
    const source = temporaryDirectory();
    mkdirSync(`${source}/t/deep/er`, { recursive: true });
    writeFileSync(`${source}/t/deep/er/file`, "x".repeat(100_000));
    writeFileSync(`${source}/t/empty`, "");
    run(["ln", "-s", "deep/er/file", `${source}/t/link`]);
    run(["ln", `${source}/t/empty`, `${source}/t/other`]);
    if (format !== "ustar") {
      mkdirSync(`${source}/t/${long}`, { recursive: true });
      run(["ln", "-s", long, `${source}/t/long-link`]);
    }
    expect(
      run(["tar", `--format=${format}`, "-cf", `${source}/t.tar`, "-C", `${source}/t`, "."]),
    ).toMatchObject({ code: 0 });
    const root = temporaryDirectory();
    await unpackLayers(root, [readFileSync(`${source}/t.tar`)]);
    expect(run(["diff", "-r", "--no-dereference", `${source}/t`, root])).toMatchObject({
      code: 0,
      stdout: "",
    });
    expect(names(root)).toEqual(names(`${source}/t`));
  });

for (const [what, flags] of [
  ["format 1.0", ["--format=posix", "--sparse-version=1.0"]],
  ["format 0.1", ["--format=posix", "--sparse-version=0.1"]],
  ["old format", ["--format=gnu"]],
] as const)
  test(`sparse files of GNU tar's ${what} keep their holes, many or few`, async () => {
    const source = temporaryDirectory();
    const name = "long-name-".repeat(12);
    const make = `truncate -s 8M s; printf begin | dd of=s conv=notrunc status=none; printf middle | dd of=s bs=1 seek=4194304 conv=notrunc status=none
      truncate -s 1M hole; echo plain >plain; for i in $(seq 60); do printf x | dd of=${name} bs=64K seek=$i conv=notrunc status=none; done`;
    run(["sh", "-c", make], { cwd: source });
    const names = ["s", "hole", name, "plain"];
    expect(run(["tar", ...flags, "-S", "-cf", "s.tar", ...names], { cwd: source }).code).toBe(0);
    const root = temporaryDirectory();
    await unpackLayers(root, [readFileSync(`${source}/s.tar`)], { most: 1e8 });
    for (const each of names)
      expect(run(["cmp", `${source}/${each}`, `${root}/${each}`])).toMatchObject({ code: 0, stderr: "" });
    expect(statSync(`${root}/s`).blocks).toBeLessThan(1000);
  });

const hostile: readonly (readonly [string, readonly Entry[], string])[] = [
  ["a name with ..", [file("a/../../out")], "has a '..' in its name"],
  ["a name that is ..", [file("..")], "has a '..' in its name"],
  ["an absolute name", [file("/out")], "has an absolute name"],
  [
    "a file behind an absolute symlink",
    [[{ name: "l", type: "symlink", linkname: "OUT" }], file("l/out")],
    "is a link or a file",
  ],
  [
    "a file behind a relative symlink",
    [[{ name: "l", type: "symlink", linkname: "../.." }], file("l/tmp/out")],
    "is a link or a file",
  ],
  [
    "a directory made behind a symlink",
    [[{ name: "l", type: "symlink", linkname: "OUT" }], file("l/a/b/out")],
    "is a link or a file",
  ],
  ["a file beneath a file", [file("f"), file("f/out")], "is a link or a file"],
  [
    "a hard link to the outside",
    [[{ name: "h", type: "link", linkname: "../../etc/passwd" }]],
    "has a '..' in its name",
  ],
  ["an absolute hard link", [[{ name: "h", type: "link", linkname: "/etc/passwd" }]], "has an absolute name"],
  [
    "a hard link through a symlink",
    [[{ name: "l", type: "symlink", linkname: "OUT" }], [{ name: "h", type: "link", linkname: "l/victim" }]],
    "is a link or a file",
  ],
  [
    "a hard link to nothing",
    [[{ name: "h", type: "link", linkname: "gone" }]],
    "is a hard link to a file that is not there",
  ],
  [
    "a character device",
    [[{ name: "null", type: "character-device", devmajor: 1, devminor: 3 }]],
    "is a device",
  ],
  ["a block device", [[{ name: "sda", type: "block-device", devmajor: 8 }]], "is a device"],
  ["a whiteout of ..", [file("d/.wh...", "")], "is a whiteout of no file"],
  ["a whiteout of .", [file("d/.wh..", "")], "is a whiteout of no file"],
  ["a whiteout of nothing", [file(".wh.", "")], "is a whiteout of no file"],
  ["a file in the root's place", [file(".")], "stands in the place of the root"],
  ["a NUL in a name", [[{ name: "x", pax: { path: "a\0b" } }, ""]], "has a NUL in its name"],
  ["a name that is too long", [file("x/".repeat(3000) + "y")], "has a name of over 4096 bytes"],
  ["a part of a name that is too long", [file("x".repeat(300))], "has a part of over 255 bytes"],
  ["nobody's file", [[{ name: "x", pax: { uid: "4294967295" } }, ""]], "belongs to 4294967295"],
  [
    "a size beyond what was allowed",
    [
      [
        {
          name: "x",
          pax: { "GNU.sparse.map": "0,1", "GNU.sparse.size": "10737418240", "GNU.sparse.name": "x" },
        },
        "x",
      ],
    ],
    "its files are over 1000000 bytes",
  ],
  [
    "a map of holes that is wrong",
    [
      [
        { name: "x", pax: { "GNU.sparse.map": "5,1,0,1", "GNU.sparse.size": "100", "GNU.sparse.name": "x" } },
        "xx",
      ],
    ],
    "has a map of its holes that cannot be right",
  ],
  [
    "a sparse name that leaves",
    [
      [
        { name: "x", pax: { "GNU.sparse.map": "0,1", "GNU.sparse.size": "1", "GNU.sparse.name": "../x" } },
        "x",
      ],
    ],
    "has a '..' in its name",
  ],
];

for (const [what, entries, problem] of hostile)
  test(`${what} is refused, and nothing is written outside`, async () => {
    const place = temporaryDirectory();
    mkdirSync(`${place}/root`);
    mkdirSync(`${place}/outside`);
    writeFileSync(`${place}/outside/victim`, "");
    const aimed = entries.map(([header, text = ""]): Entry => {
      const linkname = header.linkname === "OUT" ? `${place}/outside` : header.linkname;
      return [linkname === undefined ? header : { ...header, linkname }, text];
    });
    expect(await refusal(unpackLayers(`${place}/root`, [await archiveOf(aimed)]))).toContain(problem);
    expect(names(place).filter((name) => !name.startsWith("root/"))).toEqual([
      "outside",
      "outside/victim",
      "root",
    ]);
    expect(statSync(`${place}/outside/victim`).nlink).toBe(1);
    expect(existsSync("/tmp/out")).toBe(false);
  });

test("a whiteout behind a symlink is refused, and its target stays", async () => {
  const place = temporaryDirectory();
  mkdirSync(`${place}/root`);
  writeFileSync(`${place}/victim`, "");
  const layers = [[[{ name: "l", type: "symlink", linkname: place }] as Entry], [file("l/.wh.victim", "")]];
  const archives = await Promise.all(layers.map(archiveOf));
  expect(await refusal(unpackLayers(`${place}/root`, archives))).toContain("is a link or a file");
  expect(existsSync(`${place}/victim`)).toBe(true);
});

test("more than the zeros at an archive's end may be is refused before it all has come", async () => {
  let given = 0;
  const root = temporaryDirectory();
  const zeros = new Uint8Array(1 << 20);
  using writer = new RootWriter(root, () => {});
  async function* endless(): AsyncGenerator<Uint8Array> {
    for (; given < 10_000; given++) yield zeros;
  }
  const target = { root: writer, budget: new Budget(1e6), hasLower: false, lost: () => {} };
  expect(await refusal(applyLayer(endless(), "layer 0", target))).toContain("has much behind its end");
  expect(given).toBeLessThan(100);
});

test("a million files are refused at half of them", () => {
  const budget = new Budget(1e6);
  for (let count = 0; count < 500_000; count++) budget.take(0);
  expect(() => budget.take(0)).toThrow("it has over 500000 files");
});
