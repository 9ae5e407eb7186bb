import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "bun:test";
import { fixture } from "../../bundle.ts";
import { archiveOf, type Entry, writeImage } from "../../shim/image/archives.ts";
import { type Ended, type RunOptions, run, temporaryDirectory, wrun } from "../../wrun.ts";

const image = (args: readonly string[], options: RunOptions = {}): Ended =>
  run([wrun, "image", ...args], options);

/** A directory with a module, and what goes beneath it. */
function sources(): string {
  const folder = temporaryDirectory();
  mkdirSync(`${folder}/base/etc`, { recursive: true });
  writeFileSync(`${folder}/base/etc/motd`, "good day\n");
  run(["ln", "-s", "motd", `${folder}/base/etc/link`]);
  run(["ln", `${folder}/base/etc/motd`, `${folder}/base/other`]);
  copyFileSync(fixture("exit7"), `${folder}/app.wasm`);
  return folder;
}

function pack(folder: string, ...args: string[]): Ended {
  const ended = image(["pack", `${folder}/app.wasm`, "-o", `${folder}/app.tar`, ...args]);
  expect(ended).toMatchObject({ code: 0, stderr: "" });
  expect(ended.stdout).toMatch(/^sha256:[0-9a-f]{64}\n$/);
  return ended;
}

describe("wrun image pack", () => {
  test("gives the same bytes for the same input, whatever its times, owners, umask and order", () => {
    const [one, two] = [sources(), sources()];
    utimesSync(`${two}/base/etc/motd`, 1, 1);
    writeFileSync(`${one}/base/b`, "");
    writeFileSync(`${one}/base/a`, "");
    writeFileSync(`${two}/base/a`, "");
    writeFileSync(`${two}/base/b`, "");
    if (process.getuid?.() === 0) run(["chown", "-R", "1234:1234", `${two}/base`]);
    const digests = [one, two].map(
      (folder) => pack(folder, "--base", `${folder}/base`, "-t", "app:1").stdout,
    );
    expect(digests[0]).toBe(digests[1]);
    expect(run(["cmp", `${one}/app.tar`, `${two}/app.tar`])).toMatchObject({ code: 0 });
  });

  test.each(["gzip", "zstd", "none"])(
    "%s: unpacking gives the files and the config.json back",
    (compression) => {
      const folder = sources();
      chmodSync(`${folder}/base/etc/motd`, 0o4640);
      const flags = [
        "--env",
        "A=1",
        "--env",
        "B=2",
        "--workdir",
        "/etc",
        "--entrypoint",
        '["/app.wasm","-x"]',
      ];
      pack(folder, "--base", `${folder}/base`, "--compression", compression, ...flags);
      expect(image(["unpack", `${folder}/app.tar`, `${folder}/bundle`])).toMatchObject({
        code: 0,
        stderr: "",
      });
      const root = `${folder}/bundle/rootfs`;
      expect(run(["diff", "-r", "--no-dereference", `${folder}/base`, root]).stdout).toBe(
        `Only in ${root}: app.wasm\n`,
      );
      expect(run(["stat", "-c", "%a %h %Y %n", "etc/motd", "app.wasm"], { cwd: root }).stdout).toBe(
        "640 2 0 etc/motd\n755 1 0 app.wasm\n",
      );
      const { process: guest } = JSON.parse(readFileSync(`${folder}/bundle/config.json`, "utf8"));
      expect(guest).toMatchObject({ args: ["/app.wasm", "-x"], cwd: "/etc" });
      expect(guest.env.slice(1)).toEqual(["A=1", "B=2"]);
      expect(
        run([
          wrun,
          "--root",
          `${folder}/state`,
          "--sandbox",
          "embedded",
          "run",
          "--bundle",
          `${folder}/bundle`,
          "x",
        ]),
      ).toMatchObject({ code: 7 });
    },
  );

  test("keeps owners and set-id bits only where it is asked to", () => {
    const folder = sources();
    chmodSync(`${folder}/base/etc/motd`, 0o4755);
    const listed = (...flags: string[]): string => {
      pack(
        folder,
        "--base",
        `${folder}/base`,
        "--format",
        "archive",
        "--compression",
        "none",
        "--platform",
        "wasi/wasm",
        ...flags,
      );
      run(["tar", "-xf", "app.tar"], { cwd: folder });
      const blobs = readdirSync(`${folder}/blobs/sha256`).map((name) => `${folder}/blobs/sha256/${name}`);
      const text = blobs.map((blob) => run(["tar", "-tvf", blob]).stdout).join("");
      run(["rm", "-r", `${folder}/blobs`]);
      return text;
    };
    expect(listed()).toContain("-rwxr-xr-x 0/0");
    expect(listed("--keep-owners")).toContain("-rwsr-xr-x");
  });

  test("writes an OCI layout, which is read as the archive is", () => {
    const folder = sources();
    const layout = image(["pack", `${folder}/app.wasm`, "-o", `${folder}/layout`, "--format", "layout"]);
    expect(layout).toMatchObject({ code: 0, stderr: "" });
    expect(pack(folder).stdout).toBe(layout.stdout);
    for (const blob of readdirSync(`${folder}/layout/blobs/sha256`))
      expect(
        createHash("sha256")
          .update(readFileSync(`${folder}/layout/blobs/sha256/${blob}`))
          .digest("hex"),
      ).toBe(blob);
    expect(image(["run", `${folder}/layout`])).toMatchObject({ code: 7 });
  });

  test.each([
    [["wasi/wasm", "linux/arm64", "linux/amd64"], "linux/arm64"],
    [["darwin/arm64", "wasi/wasm", "linux/s390x"], "linux/s390x"],
    [["wasi/wasm"], "wasi/wasm"],
    [["all"], "linux/amd64"],
  ])(
    "for %j, names the config for %s to docker load, which may take images for Linux alone",
    (all, expected) => {
      const folder = sources();
      pack(folder, ...all.flatMap((platform) => ["--platform", platform]));
      expect(run(["tar", "-xf", "app.tar"], { cwd: folder })).toMatchObject({ code: 0 });
      const json = (path: string) => JSON.parse(readFileSync(`${folder}/${path}`, "utf8"));
      const { os, architecture } = json(json("manifest.json")[0].Config);
      expect(`${os}/${architecture}`).toBe(expected);
    },
  );

  test("--artifact makes the CNCF's artifact, which runs as well", () => {
    const folder = sources();
    pack(folder, "--artifact");
    const { images } = JSON.parse(image(["inspect", "--format", "json", `${folder}/app.tar`]).stdout);
    expect(images).toMatchObject([
      {
        platform: "wasip1/wasm",
        configDescriptor: { mediaType: "application/vnd.wasm.config.v0+json" },
        config: { entrypoint: ["/app.wasm"] },
        layers: [
          {
            mediaType: "application/wasm",
            digest: `sha256:${createHash("sha256")
              .update(readFileSync(`${folder}/app.wasm`))
              .digest("hex")}`,
          },
        ],
      },
    ]);
    expect(image(["run", `${folder}/app.tar`])).toMatchObject({ code: 7 });
  });

  test("says what is wrong, and leaves nothing behind", () => {
    const folder = sources();
    writeFileSync(`${folder}/text.wat`, "(module)");
    run(["mkfifo", `${folder}/base/pipe`]);
    const to = ["-o", `${folder}/x.tar`];
    const cases: [string[], string][] = [
      [["pack", `${folder}/app.wasm`], "--output: say where to write the image"],
      [["pack", `${folder}/gone.wasm`, ...to], "No such file or directory"],
      [["pack", `${folder}/text.wat`, ...to], "it looks like wat: compile it first"],
      [["pack", `${folder}/app.wasm`, ...to, "-t", "A B"], "is no name of an image"],
      [["pack", `${folder}/app.wasm`, ...to, "--platform", "x"], "--platform: "],
      [["pack", `${folder}/app.wasm`, ...to, "--env", "=x"], "--env: "],
      [["pack", `${folder}/app.wasm`, ...to, "--entrypoint", "[1]"], "is no JSON list of words"],
      [
        ["pack", `${folder}/app.wasm`, ...to, "--base", `${folder}/base`],
        "base/pipe: it is a device, a socket or a FIFO",
      ],
      [["pack", `${folder}/app.wasm`, ...to, "--artifact", "--env", "A=1"], "leave --artifact out"],
      [["pick"], "usage: wrun image pack|inspect|unpack|run"],
    ];
    for (const [args, problem] of cases) {
      const ended = image(args);
      expect(ended.code).toBe(1);
      expect(ended.stderr).toContain(problem);
    }
    expect(readdirSync(folder).sort()).toEqual(["app.wasm", "base", "text.wat"]);
  });
});

describe("wrun image run", () => {
  test("runs the wasm one of several images, from a file or a pipe, compressed or not", () => {
    const folder = sources();
    pack(folder);
    writeFileSync(`${folder}/app.tar.gz`, gzipSync(readFileSync(`${folder}/app.tar`)));
    for (const path of ["app.tar", "app.tar.gz"]) {
      expect(image(["run", `${folder}/${path}`])).toMatchObject({ code: 7 });
      expect(run(["sh", "-c", `cat ${folder}/${path} | ${wrun} image run -`])).toMatchObject({ code: 7 });
    }
  });

  test("gives it arguments and variables, and leaves nothing behind", () => {
    const folder = sources();
    copyFileSync(fixture("surroundings"), `${folder}/app.wasm`);
    mkdirSync(`${folder}/tmp`);
    pack(folder, "--env", "A=1");
    const env = { TMPDIR: `${folder}/tmp`, PATH: process.env["PATH"] ?? "" };
    const ended = image(["run", "--env", "B=2", `${folder}/app.tar`, "--", "--one", "two"], { env });
    expect(ended).toMatchObject({ code: 0, stderr: "" });
    for (const told of ["--one", "two", "A=1", "B=2"]) expect(ended.stdout).toContain(told);
    expect(readdirSync(`${folder}/tmp`)).toEqual([]);
  });

  test("says which platforms there are where the wanted one is not", () => {
    const folder = sources();
    pack(folder, "--platform", "linux/s390x", "--platform", "linux/riscv64", "-t", "app:1");
    expect(image(["run", `${folder}/app.tar`]).stderr).toContain(
      "but for linux/s390x, linux/riscv64: name one by --platform",
    );
    expect(image(["run", `${folder}/app.tar`, "--tag", "b:1"]).stderr).toContain(
      'there is no image "b:1" in it',
    );
    expect(image(["run", "--platform", "linux/s390x", `${folder}/app.tar`])).toMatchObject({ code: 7 });
  });
});

describe("a broken image", () => {
  const layer = archiveOf([[{ name: "app.wasm" }, "not wasm"]]);

  const refused = (folder: string, path: string, problem: string, ...flags: string[]): void => {
    const ended = image(["unpack", ...flags, path, `${folder}/bundle`]);
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain(problem);
    expect(ended.stderr.split("\n").length).toBe(2);
    expect(existsSync(`${folder}/bundle`)).toBe(false);
  };

  test("with another layer than its manifest says is refused, and its files are taken away again", async () => {
    const folder = temporaryDirectory();
    const path = writeImage(`${folder}/image.tar`, [await layer]);
    const bytes = readFileSync(path);
    bytes.write("Not wasm", bytes.indexOf("not wasm"));
    writeFileSync(path, bytes);
    refused(folder, path, "is the digest of other bytes");
  });

  test("with other diff_ids is refused", async () => {
    const folder = temporaryDirectory();
    const wrong = `sha256:${"0".repeat(64)}`;
    refused(
      folder,
      writeImage(`${folder}/a`, [await layer], { diffIds: [wrong] }),
      "has other files than its config says",
    );
    refused(folder, writeImage(`${folder}/b`, [await layer], { diffIds: [] }), "has 0 diff_ids for 1 layers");
    refused(
      folder,
      writeImage(`${folder}/c`, [await layer], { diffIds: ["md5:0"] }),
      "neither sha256 nor sha512",
    );
  });

  test("whose gzip or archive is cut short is refused", async () => {
    const folder = temporaryDirectory();
    const zipped = gzipSync(await archiveOf([[{ name: "app.wasm" }, "x".repeat(100_000)]]));
    const cut = [zipped.subarray(0, zipped.length - 20)];
    refused(
      folder,
      writeImage(`${folder}/a`, cut, { layerType: "application/vnd.oci.image.layer.v1.tar+gzip" }),
      "is cut short or damaged (gzip: ",
    );
    const whole = readFileSync(writeImage(`${folder}/b`, [await layer]));
    writeFileSync(`${folder}/b`, whole.subarray(0, 5000));
    refused(folder, `${folder}/b`, "is cut short");
    writeFileSync(`${folder}/c`, gzipSync(whole).subarray(0, 400));
    refused(folder, `${folder}/c`, "is cut short or damaged (gzip: ");
  });

  test("that holds too much is refused, before or after it is decompressed", async () => {
    const folder = temporaryDirectory();
    const big = await archiveOf([[{ name: "zeros" }, "\0".repeat(5_000_000)]]);
    const path = writeImage(`${folder}/image.tar`, [gzipSync(big)], {
      layerType: "application/vnd.oci.image.layer.v1.tar+gzip",
      diffIds: [`sha256:${createHash("sha256").update(big).digest("hex")}`],
    });
    refused(folder, path, "its files are over 1048576 bytes: --max-size allows for more", "--max-size", "1m");
    writeFileSync(`${folder}/image.gz`, gzipSync(readFileSync(writeImage(`${folder}/whole`, [big]))));
    refused(
      folder,
      `${folder}/image.gz`,
      "it has over 1048576 bytes: --max-size allows for more",
      "--max-size",
      "1m",
    );
    expect(image(["unpack", path, `${folder}/bundle`])).toMatchObject({ code: 0 });
  });

  test("that is none is refused", () => {
    const folder = temporaryDirectory();
    writeFileSync(`${folder}/text`, "hello");
    refused(folder, `${folder}/text`, "is no archive, or is cut short");
    run(["tar", "-cf", `${folder}/files.tar`, "-C", folder, "text"]);
    refused(folder, `${folder}/files.tar`, "is no image: it has neither index.json");
    refused(folder, `${folder}/gone`, "No such file or directory");
    mkdirSync(`${folder}/empty`);
    refused(folder, `${folder}/empty`, "it has no index.json");
  });

  test("does not take the place of what is there", () => {
    const folder = sources();
    pack(folder);
    mkdirSync(`${folder}/full/x`, { recursive: true });
    expect(image(["unpack", `${folder}/app.tar`, `${folder}/full`]).stderr).toContain(
      "is not empty: name a new directory",
    );
    expect(readdirSync(`${folder}/full`)).toEqual(["x"]);
  });
});

describe("an image of Docker's older format", () => {
  test("is read, its layers behind links and compressed", async () => {
    const folder = temporaryDirectory();
    const first = await archiveOf([
      [{ name: "etc/motd" }, "below"],
      [{ name: "gone" }, "x"],
    ]);
    const second = await archiveOf([
      [{ name: ".wh.gone" }, ""],
      [{ name: "etc/motd" }, "above"],
    ]);
    const diffIds = [first, second].map((layer) => `sha256:${sha256(layer)}`);
    const config = JSON.stringify({
      os: "linux",
      architecture: "amd64",
      config: { Cmd: ["/app"] },
      rootfs: { type: "layers", diff_ids: diffIds },
    });
    const manifest = [{ Config: "c.json", RepoTags: ["old:1"], Layers: ["1/layer.tar", "2/layer.tar"] }];
    const entries: Entry[] = [
      [{ name: "manifest.json" }, JSON.stringify(manifest)],
      [{ name: "c.json" }, config],
      [{ name: "1/layer.tar", type: "symlink", linkname: "../first.tar" }],
    ];
    const archive = await archiveOf([
      ...entries,
      [{ name: "first.tar" }, first],
      [{ name: "2/layer.tar" }, gzipSync(second)],
    ]);
    writeFileSync(`${folder}/old.tar`, archive);
    expect(image(["unpack", `${folder}/old.tar`, `${folder}/bundle`])).toMatchObject({ code: 0, stderr: "" });
    expect(readFileSync(`${folder}/bundle/rootfs/etc/motd`, "utf8")).toBe("above");
    expect(existsSync(`${folder}/bundle/rootfs/gone`)).toBe(false);
    expect(image(["inspect", `${folder}/old.tar`]).stdout).toContain(`old:1  linux/amd64`);
    const bytes = readFileSync(`${folder}/old.tar`);
    bytes.write("Below", bytes.indexOf("below"));
    writeFileSync(`${folder}/other.tar`, bytes);
    expect(image(["unpack", `${folder}/other.tar`, `${folder}/other`]).stderr).toContain(
      "is the digest of other bytes",
    );
  });
});

describe.skipIf(process.getuid?.() !== 0)("as a user", () => {
  test("everything is the user's own, nothing lends rights, and directories without rights are kept", async () => {
    const folder = temporaryDirectory();
    const entries: Entry[] = [
      [{ name: "closed", type: "directory", mode: 0o500, uid: 5, gid: 5 }],
      [{ name: "closed/app", mode: 0o6755, uid: 0, gid: 0 }, "x"],
      // The inner one first, as no tool writes them.
      [{ name: "none/inner", type: "directory", mode: 0 }],
      [{ name: "none", type: "directory", mode: 0 }],
    ];
    writeImage(`${folder}/image.tar`, [await archiveOf(entries)]);
    run(["chmod", "a+rwX", "-R", folder]);
    const user = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
    const ended = run([...user, wrun, "image", "unpack", `${folder}/image.tar`, `${folder}/bundle`]);
    expect(ended).toMatchObject({ code: 0, stderr: "" });
    const told = run([
      "stat",
      "-c",
      "%a %u %g",
      `${folder}/bundle/rootfs/closed`,
      `${folder}/bundle/rootfs/closed/app`,
    ]);
    expect(told.stdout).toBe("500 65534 65534\n755 65534 65534\n");
  });
});

describe("much that compresses to little", () => {
  // A hundred times a hundred megabytes of zeros: gzip takes its members one after the other.
  const zeros = gzipSync(Buffer.alloc(100 << 20));
  const bomb = Buffer.concat(Array.from({ length: 100 }, () => zeros));
  const most = 200 << 20;

  /** Runs in the memory that a runaway would not have. */
  const bounded = (folder: string, path: string): Ended => {
    const script = 'ulimit -f $2; exec "$0" image unpack "$1" "$3"';
    return run(["sh", "-c", script, wrun, path, String(most / 512), `${folder}/bundle`], {
      env: { TMPDIR: folder, PATH: process.env["PATH"] ?? "" },
    });
  };

  test("is refused as an archive, as a layer and as a file of one, with next to nothing on disk", async () => {
    const folder = temporaryDirectory();
    writeFileSync(`${folder}/a.gz`, bomb);
    expect(bounded(folder, `${folder}/a.gz`).stderr).toContain(
      "its archive has much behind its end that is no file",
    );

    const layerType = "application/vnd.oci.image.layer.v1.tar+gzip";
    const diffIds = [`sha256:${"0".repeat(64)}`];
    writeImage(`${folder}/b.tar`, [bomb], { layerType, diffIds });
    expect(bounded(folder, `${folder}/b.tar`).stderr).toContain("has much behind its end that is no file");

    const header = Buffer.from((await archiveOf([[{ name: "zeros" }, "x"]])).subarray(0, 512));
    header.write((10 * 2 ** 30).toString(8).padStart(12, "0"), 124, "latin1");
    header.write("        ", 148, "latin1");
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
    writeImage(`${folder}/c.tar`, [Buffer.concat([gzipSync(header), bomb])], { layerType, diffIds });
    expect(bounded(folder, `${folder}/c.tar`).stderr).toContain("its files are over 8589934592 bytes");
    expect(existsSync(`${folder}/bundle`)).toBe(false);
  });
});

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
