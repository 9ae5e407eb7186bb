import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "bun:test";
import { fixture, hasFixture } from "../../bundle.ts";
import { missing, openEnvironment } from "../kernel/environment.ts";
import { wrun } from "../../wrun.ts";

const absent = ["skopeo", "umoci"].filter((name) => Bun.which(name) === null);
const skipped =
  missing ??
  (absent.length > 0 ? `install Debian's ${absent.join(" ")}` : undefined) ??
  (hasFixture("toolbox") ? undefined : "no toolchain for guests in C");

if (skipped === undefined) {
  const environment = await openEnvironment();
  const { folder } = environment;
  const machine = process.arch === "arm64" ? "linux/arm64" : "linux/amd64";

  const ok = (...command: string[]): string => {
    const { code, stdout, stderr } = environment.run(command);
    if (code !== 0) throw new Error(`${command.join(" ")}: ${code} ${stdout}${stderr}`);
    return stdout;
  };

  mkdirSync(`${folder}/base/etc`, { recursive: true });
  writeFileSync(`${folder}/base/etc/motd`, "from the image\n");
  const pack = (name: string, ...flags: string[]): string => {
    const given = ["--tag", `${name}:1`, "--base", `${folder}/base`, "--env", "A=1", ...flags];
    ok(wrun, "image", "pack", fixture("toolbox"), "--output", `${folder}/${name}.tar`, ...given);
    return `${folder}/${name}.tar`;
  };
  const runs = (image: string): void => {
    const tools = ["cat", "/etc/motd", ",", "env", ",", "exit", "7"];
    const ended = environment.run(["podman", "--runtime", "wrun", "run", "--rm", image, ...tools]);
    expect(ended).toMatchObject({ code: 7, stderr: "" });
    expect(ended.stdout).toStartWith("from the image\n");
    expect(ended.stdout).toContain("\nA=1\n");
  };

  describe("an image that wrun packed", () => {
    for (const compression of ["gzip", "zstd", "none"])
      test(`by ${compression} is loaded by podman, and runs there`, () => {
        const path = pack(`podman-${compression}`, "--compression", compression);
        expect(ok("podman", "load", "--input", path)).toContain(`podman-${compression}:1`);
        runs(`podman-${compression}:1`);
      });

    test("for Linux and wasi/wasm is loaded by podman for Linux alone", () => {
      const path = pack("both", "--platform", "wasi/wasm", "--platform", machine);
      ok("podman", "load", "--input", path);
      expect(ok("podman", "inspect", "--format", "{{.Os}}", "both:1")).toBe("linux\n");
      runs("both:1");
    });

    test("for wasi/wasm alone is loaded by podman, and runs", () => {
      ok("podman", "load", "--input", pack("wasm-alone", "--platform", "wasi/wasm"));
      const ended = environment.run([
        "podman",
        "--runtime",
        "wrun",
        "run",
        "--rm",
        "wasm-alone:1",
        "exit",
        "7",
      ]);
      expect(ended.code).toBe(7);
    });

    test("as an artifact is nothing for podman", () => {
      ok(wrun, "image", "pack", fixture("exit7"), "--artifact", "-o", `${folder}/refused.tar`);
      const { code, stderr } = environment.run(["podman", "load", "--input", `${folder}/refused.tar`]);
      expect(code).toBe(125);
      expect(stderr).toContain("unsupported image-specific operation on artifact");
    });

    test("is copied by skopeo into the storage that podman and CRI-O have", () => {
      const to = "containers-storage:docker.io/library/stored:1";
      ok("skopeo", "copy", "--quiet", `oci-archive:${pack("stored")}`, to);
      runs("docker.io/library/stored:1");
    });

    test("is a Docker archive as well", () => {
      const path = pack("docker");
      ok("podman", "pull", "--quiet", `docker-archive:${path}`);
      runs("docker:1");
    });

    test("has one entry for wasi/wasm, which podman takes where it is asked for", () => {
      const path = pack("wasi");
      const id = ok("podman", "pull", "--quiet", "--platform", "wasi/wasm", `oci-archive:${path}`).trim();
      expect(ok("podman", "inspect", "--format", "{{.Os}}/{{.Architecture}}", id)).toBe("wasi/wasm\n");
    });

    test("is what buildah builds upon", () => {
      const path = pack("below");
      mkdirSync(`${folder}/upon`);
      writeFileSync(`${folder}/upon/Containerfile`, `FROM oci-archive:${path}\nENV B=2\n`);
      ok("buildah", "build", "--quiet", "--tag", "localhost/upon", `${folder}/upon`);
      runs("localhost/upon");
    });

    test("is copied by skopeo as it is, for all of its platforms", () => {
      const path = pack("skopeo");
      ok("skopeo", "copy", "--quiet", "--all", `oci-archive:${path}`, `oci:${folder}/copied:x`);
      const listed = (from: string): unknown =>
        JSON.parse(ok(wrun, "image", "inspect", "--format", "json", from)).images.map(
          ({ manifest, platform }: { manifest: { digest: string }; platform: string }) => [
            manifest.digest,
            platform,
          ],
        );
      expect(listed(`${folder}/copied`)).toEqual(listed(path));
    });

    test("is copied by skopeo where it is an artifact", () => {
      ok(wrun, "image", "pack", fixture("exit7"), "--artifact", "-o", `${folder}/artifact.tar`);
      ok("skopeo", "copy", "--quiet", `oci-archive:${folder}/artifact.tar`, `oci:${folder}/artifact:x`);
      expect(environment.run([wrun, "image", "run", `${folder}/artifact`])).toMatchObject({ code: 7 });
    });

    test("for one platform is unpacked by umoci, which takes no index", () => {
      const path = pack("umoci", "--platform", machine);
      mkdirSync(`${folder}/layout`);
      ok("tar", "-xf", path, "-C", `${folder}/layout`);
      ok("umoci", "unpack", "--image", `${folder}/layout:umoci:1`, `${folder}/bundle`);
      ok(wrun, "image", "unpack", path, `${folder}/ours`);
      expect(ok("diff", "-r", `${folder}/bundle/rootfs`, `${folder}/ours/rootfs`)).toBe("");
    });
  });

  describe("an image that buildah built", () => {
    const context = `${folder}/context`;
    mkdirSync(context);
    copyFileSync(fixture("toolbox"), `${context}/app.wasm`);
    const lines = [
      "FROM scratch",
      "COPY base /",
      "COPY app.wasm /app.wasm",
      "ENV A=1",
      "WORKDIR /etc",
      'ENTRYPOINT ["/app.wasm"]',
      'CMD ["cat", "/etc/motd", ",", "env"]',
    ];
    writeFileSync(`${context}/Dockerfile`, `${lines.join("\n")}\n`);
    ok("cp", "-r", `${folder}/base`, context);
    ok("buildah", "build", "--quiet", "--layers", "--tag", "localhost/built", context);

    for (const to of ["oci-archive", "docker-archive", "oci"])
      test(`runs as ${to}`, () => {
        const path = `${folder}/built-${to}`;
        ok("buildah", "push", "--quiet", "localhost/built", `${to}:${path}`);
        const ended = environment.run([wrun, "image", "run", path]);
        expect(ended).toMatchObject({ code: 0, stderr: "" });
        expect(ended.stdout).toStartWith("from the image\n");
        expect(ended.stdout).toContain("\nA=1\n");
      });

    test("unpacks to the same files as umoci's", () => {
      ok("buildah", "push", "--quiet", "localhost/built", `oci:${folder}/built-layout:x`);
      ok("umoci", "unpack", "--image", `${folder}/built-layout:x`, `${folder}/built-umoci`);
      ok(wrun, "image", "unpack", `${folder}/built-layout`, `${folder}/built-ours`);
      const list = (bundle: string): string =>
        ok(
          "sh",
          "-c",
          'cd "$1" && find . -printf "%p %m %y %T@\\n" | sort',
          "sh",
          `${folder}/${bundle}/rootfs`,
        );
      expect(list("built-ours")).toBe(list("built-umoci"));
    });
  });
} else {
  test.skip(`images and other tools: ${skipped}`, () => {});
}
