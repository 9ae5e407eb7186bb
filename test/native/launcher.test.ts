import { copyFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { expect, test } from "bun:test";
import { engineEnvironment, launcherMark, verbEnvironment } from "../../oci/engine-env.ts";
import { until } from "../until.ts";
import { type Ended, executable, run, temporaryDirectory, wrun } from "../wrun.ts";

// The shell drops what is no name of a variable's.
const script = `#!/bin/sh
echo "\${0##*/} started"; /usr/bin/tr '\\0' '\\n' </proc/$$/environ | /bin/grep -E "^(BUN|KEPT|wrun:)"
for word; do echo "[$word]"; done
exit 7
`;

/** A launcher, and a program in the executable's place that tells how it was started. */
class Place {
  readonly folder: string = temporaryDirectory();
  readonly bin: string = `${this.folder}/bin`;

  constructor() {
    mkdirSync(`${this.folder}/lib`);
    mkdirSync(this.bin);
    copyFileSync(executable.replace(/wrun$/, "launch"), `${this.folder}/lib/launch`);
    this.write("lib/wrun");
    for (const name of ["wrun", "containerd-shim-wrun-v1"])
      symlinkSync("../lib/launch", `${this.bin}/${name}`);
  }

  write(name: string, text: string = script): void {
    writeFileSync(`${this.folder}/${name}`, text, { mode: 0o755 });
  }

  /** `start` as containerd calls it, where the shim is a shell script. */
  startShim(text: string): Ended {
    this.write("lib/wrun", `#!/bin/sh\n${text}\n`);
    return run(["containerd-shim-wrun-v1", "-id", "a", "start"], {
      env: { PATH: `${this.bin}:/usr/bin:/bin` },
    });
  }

  launch(command: string, env: Record<string, string> = {}): Ended {
    const PATH = `relative:/none:${this.bin}`;
    return run([`${this.bin}/wrun`, ...command.split(" ").slice(1)], { env: { PATH, ...env } });
  }

  /** Which program it became. */
  became(command: string, env: Record<string, string> = {}): string {
    return this.launch(command, env).stdout.split(" ")[0] ?? "";
  }
}

const lines = (text: string): string[] => text.trim().split("\n").sort();
const asRoot = test.skipIf(process.getuid?.() !== 0);

test("the launcher starts the executable beside it with the engine's tuning, and the words as they came", () => {
  const ended = run([`${new Place().bin}/wrun`, "wasm", "a b", ""], {
    env: { PATH: "/usr/bin:/bin", KEPT: "1" },
  });
  expect(ended).toMatchObject({ code: 7, stderr: "" });
  const told = ["wrun started", ...engineEnvironment, "KEPT=1", "[]", "[a b]", "[wasm]"];
  expect(lines(ended.stdout)).toEqual(told.sort());
});

test("the launcher leaves what the caller has set", () => {
  const [first = "", ...rest] = engineEnvironment;
  const name = first.slice(0, first.indexOf("="));
  const ended = new Place().launch("wrun wasm", { [name]: "mine" });
  expect(lines(ended.stdout)).toEqual(["wrun started", ...rest, `${name}=mine`, "[wasm]"].sort());
});

test("the launcher tells a verb's runtime to be brief, and what it was started with", () => {
  const mark = `${launcherMark}${verbEnvironment.length + 1}:60`;
  const { bin } = new Place();
  const script = 'ulimit -S -n 60; exec "$0" run wasm';
  const ended = run(["/bin/sh", "-c", script, `${bin}/wrun`], { env: { PATH: bin, KEPT: "1" } });
  const told = ["wrun started", "KEPT=1", ...verbEnvironment, mark, "[run]", "[wasm]"];
  expect(lines(ended.stdout)).toEqual(told.sort());
});

test("the launcher counts only what it has added", () => {
  const [first = "", ...rest] = verbEnvironment;
  const ended = new Place().launch("wrun create x", { [first.slice(0, first.indexOf("="))]: "1" });
  expect(ended.stdout).toContain(`${launcherMark}${rest.length + 1}:`);
});

test("the launcher adds nothing for verbs that may compute", () => {
  const ended = new Place().launch("wrun inspect run");
  expect(lines(ended.stdout)).toEqual(["[inspect]", "[run]", "wrun started"]);
});

const forwarded = [
  "wrun start id",
  "wrun state id",
  "wrun kill id 15",
  "wrun kill --all id TERM",
  "wrun delete --force id",
  "wrun ps --format json id",
  "wrun pause id",
  "wrun resume id",
  "wrun update --resources - id",
  "wrun events --stats id",
  "wrun --root /run/r --log /l --log-format json --systemd-cgroup state id",
  "wrun --root=/run/r --log=/l --log-format=text --cgroup-manager=systemd --rootless=false delete id",
];

for (const command of forwarded)
  asRoot(`the launcher itself becomes the low-level runtime for ${command}`, () => {
    const place = new Place();
    place.write("bin/runc");
    place.write("bin/crun");
    const ended = place.launch(command, { KEPT: "1" });
    const words = command.split(" ").slice(1);
    expect(ended).toMatchObject({ code: 7, stderr: "" });
    const told = ["crun started", "KEPT=1", ...words.map((word) => `[${word}]`)];
    expect(ended.stdout.trim().split("\n")).toEqual(told);
  });

const ours = [
  "wrun",
  "wrun create id",
  "wrun run id",
  "wrun exec id true",
  "wrun list",
  "wrun features",
  "wrun --version",
  "wrun start",
  "wrun start --help",
  "wrun --sandbox embedded state id",
  "wrun state --sandbox=embedded id",
  "wrun pause --sandbox embedded id",
  "wrun ps -sandbox embedded id",
  "wrun --runtime-path /bin/true state id",
  "wrun pause --runtime-path=/bin/true id",
  "wrun --debug state id",
  "wrun pause --debug id",
  "wrun --log l state id",
  "wrun --log-format xml state id",
  "wrun --root r state id",
  "wrun --unknown state id",
  "wrun --systemd-cgroup=false state id",
];

for (const command of ours)
  test(`the launcher leaves ${command} to the executable`, () => {
    const place = new Place();
    place.write("bin/crun");
    expect(place.became(command)).toBe("wrun");
  });

asRoot(
  "the launcher leaves it to the executable where a low-level runtime is named, or none is on PATH",
  () => {
    const place = new Place();
    expect(place.became("wrun state id", { PATH: place.bin })).toBe("wrun");
    place.write("bin/crun");
    expect(place.became("wrun state id", { WRUN_RUNTIME: "runc" })).toBe("wrun");
  },
);

asRoot("the launcher leaves a container of the embedded sandbox to the executable", () => {
  const place = new Place();
  place.write("bin/crun");
  const command = `wrun --root ${place.folder} state id`;
  mkdirSync(`${place.folder}/id`);
  writeFileSync(`${place.folder}/id/state.json`, "{}");
  expect(place.became(command)).toBe("crun");
  writeFileSync(`${place.folder}/id/status`, "");
  expect(place.became(command)).toBe("wrun");
  expect(place.became(command.replace(" id", " other"))).toBe("crun");
});

asRoot(
  "the launcher leaves every verb of an embedded container to the executable, wherever its name stands",
  () => {
    const place = new Place();
    place.write("bin/crun");
    mkdirSync(`${place.folder}/.wrun/id`, { recursive: true });
    for (const file of ["state.json", "status"]) writeFileSync(`${place.folder}/.wrun/id/${file}`, "");
    const verbs = ["state id", "pause id", "resume id", "ps --format json id -ef", "events --stats id"];
    for (const words of [...verbs, "update --memory 5 id", "update --resources - -- id"]) {
      const command = `wrun --root ${place.folder} ${words}`;
      expect([words, place.became(command)]).toEqual([words, "wrun"]);
      expect([words, place.became(command.replaceAll(" id", " other"))]).toEqual([words, "crun"]);
    }
  },
);

asRoot("the launcher takes crun, else runc, and never itself or the executable by another name", () => {
  const place = new Place();
  place.write("bin/runc");
  expect(place.became("wrun state id")).toBe("runc");
  for (const name of ["launch", "wrun"]) {
    const first = temporaryDirectory();
    symlinkSync(`${place.folder}/lib/${name}`, `${first}/crun`);
    expect(place.became("wrun state id", { PATH: `${first}:${place.bin}` })).toBe("runc");
  }
});

asRoot(
  "the launcher makes the kernel wait for create and leaves everything in its cgroup, with no process behind",
  async () => {
    const place = new Place();
    writeFileSync(`${place.folder}/lib/wrun`, "#!/bin/sh\nexec /bin/cat /proc/self/cgroup\n");
    const own = readFileSync("/proc/self/cgroup", "utf8");
    for (const command of ["wrun create id", "wrun run id", "wrun --sandbox embedded create id"])
      expect(place.launch(command)).toMatchObject({ code: 0, stdout: own, stderr: "" });
    const left = (): string => run(["pgrep", "-f", `${place.bin}/wrun`]).stdout;
    await until("no process is left", () => left() === "", left);
  },
);

test("the launcher starts the executable in / where the working directory has been removed", () => {
  const script = 'mkdir "$0" && cd "$0" && rmdir "$0" && exec "$1" --version';
  const ended = run(["/bin/sh", "-c", script, `${temporaryDirectory()}/removed`, wrun]);
  expect(ended).toMatchObject({ code: 0, stderr: "" });
});

test("the launcher copied without its folder says so, and does not start itself", () => {
  const folder = temporaryDirectory();
  copyFileSync(executable.replace(/wrun$/, "launch"), `${folder}/wrun`);
  const ended = run([`${folder}/wrun`, "wasm"]);
  expect(ended).toMatchObject({ code: 126, stdout: "" });
  expect(ended.stderr).toBe("wrun: copied without its folder: copy all of dist/, or run wrun install\n");
});

test("the launcher becomes the shim for a verb that ends", () => {
  const env = { PATH: "/usr/bin:/bin" };
  const ended = run([`${new Place().bin}/containerd-shim-wrun-v1`, "-id", "start", "delete"], { env });
  expect(ended).toMatchObject({ code: 7, stderr: "" });
  expect(lines(ended.stdout)).toEqual(
    expect.arrayContaining([...verbEnvironment, "[-id]", "[start]", "[delete]"]),
  );
});

test("start ends when the shim has answered, which lives on in a session of its own", () => {
  const place = new Place();
  const [go, told] = [`${place.folder}/go`, `${place.folder}/told`];
  for (const fifo of [go, told]) expect(run(["mkfifo", fifo]).code).toBe(0);
  const rest = `cut -d' ' -f1,6 /proc/$$/stat >${told}`;
  const ended = place.startShim(
    `echo address; exec >/dev/null 2>&1; echo >&3; exec 3>&-; read -r go <${go}; ${rest}`,
  );
  expect(ended).toMatchObject({ code: 0, stdout: "address\n", stderr: "" });
  writeFileSync(go, "go\n");
  const [pid, session] = readFileSync(told, "utf8").trim().split(" ");
  expect(session).toBe(pid);
});

test("start ends as the shim does that ends without an answer", () => {
  expect(new Place().startShim("echo why >&2; exit 3")).toMatchObject({
    code: 3,
    stdout: "",
    stderr: "why\n",
  });
  expect(new Place().startShim("kill -9 $$").code).toBe(1);
});

test("a shim holds none of its caller's descriptors but the streams", () => {
  const place = new Place();
  place.write("lib/wrun", "#!/bin/sh\nls /proc/$$/fd\n");
  const held = `exec 7</dev/null; exec ${place.bin}/containerd-shim-wrun-v1 start`;
  // 10: the shell's own script.
  expect(lines(run(["sh", "-c", held]).stdout)).toEqual(["0", "1", "10", "2", "3"]);
});
