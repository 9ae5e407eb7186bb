import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { expect, test } from "bun:test";
import { keyOf } from "../../shim/events/key.ts";
import type { VerbRecord } from "../../shim/events/record.ts";
import { makeSpool } from "../../shim/events/spool.ts";
import { until } from "../e2e/containers.ts";
import { type Ended, executable, run, temporaryDirectory } from "../wrun.ts";

const asRoot = test.skipIf(process.getuid?.() !== 0);

/** A launcher, with scripts in the places of crun and of the executable. */
class Place {
  readonly folder: string = temporaryDirectory();
  readonly bin: string = `${this.folder}/bin`;
  readonly spool: string = `${this.folder}/s.sock@spool`;
  readonly env: Record<string, string> = {
    PATH: `${this.bin}:/usr/bin:/bin`,
    WRUN_EVENTS: `unix://${this.folder}/s.sock`,
  };

  constructor(script: string) {
    mkdirSync(`${this.folder}/lib`);
    mkdirSync(this.bin);
    copyFileSync(executable.replace(/wrun$/, "launch"), `${this.folder}/lib/launch`);
    symlinkSync("../lib/launch", `${this.bin}/wrun`);
    for (const path of [`${this.folder}/lib/wrun`, `${this.bin}/crun`])
      writeFileSync(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    makeSpool(this.spool);
  }

  launch(words: readonly string[], env: Record<string, string> = {}): Ended {
    return run([`${this.bin}/wrun`, ...words], { env: { ...this.env, ...env } });
  }

  records(): VerbRecord[] {
    const log = `${this.spool}/log`;
    if (!existsSync(log)) return [];
    const lines = readFileSync(log, "utf8")
      .split("\n")
      .filter((line) => line !== "");
    return lines.map((line) => JSON.parse(line) as VerbRecord);
  }
}

/** The file that wrun leaves for the launcher; `$$` is the process that it waits for. */
const leave = (spool: string, lines: readonly string[]): string =>
  `printf '%s\\n' ${lines.map((line) => `'${line}'`).join(" ")} >${spool}/pending/$$`;

asRoot("a verb that is passed on is written down once it has been done, with nothing else changed", () => {
  const before = Date.now();
  const place = new Place('echo "$0 $*"; cat');
  for (const verb of ["start", "pause", "resume", "delete"]) {
    const ended = run([`${place.bin}/wrun`, "--root", "/r", verb, "an-id"], { env: place.env, stdin: "in" });
    expect(ended).toMatchObject({ code: 0, stderr: "" });
    expect(ended.stdout).toBe(`${place.bin}/crun --root /r ${verb} an-id\nin`);
  }
  const records = place.records();
  expect(records.map(({ verb }) => verb)).toEqual(["start", "pause", "resume", "delete"]);
  for (const { kind, code, key, began, at } of records) {
    expect({ kind, code, key }).toEqual({ kind: "verb", code: 0, key: keyOf("/r", "an-id") });
    expect(at).toBeGreaterThanOrEqual(began);
    expect(at / 1000).toBeWithin(before - 1, Date.now() + 1);
  }
});

asRoot("what tells nothing is not waited for, nor written down", () => {
  const place = new Place("exit 0");
  const untold = [
    ["state", "id"],
    ["kill", "id"],
    ["ps", "id"],
    ["start"],
    ["--sandbox", "embedded", "create", "id"],
  ];
  for (const words of untold) place.launch(words);
  place.launch(["start", "id"], { WRUN_EVENTS: "" });
  for (const address of [
    "tcp://a:1",
    "unix://",
    "unix://relative",
    "unix:///folder/",
    `unix:///${"a".repeat(101)}`,
  ])
    place.launch(["start", "id"], { WRUN_EVENTS: address });
  expect(place.records()).toEqual([]);
});

asRoot("a verb that fails is not written down, and ends as it would: by its code, or by its signal", () => {
  const place = new Place("case $2 in term) kill -TERM $$;; kill) kill -KILL $$;; *) exit 3;; esac");
  expect(place.launch(["start", "code"])).toMatchObject({ code: 3 });
  expect(place.launch(["start", "term"])).toMatchObject({ signal: "SIGTERM" });
  expect(place.launch(["start", "kill"])).toMatchObject({ signal: "SIGKILL" });
  expect(place.records()).toEqual([]);
});

asRoot(
  "the program below inherits the caller's signals, and its pid where sockets are meant for that",
  () => {
    const script = `/bin/grep -E '^(SigBlk|SigIgn|ShdPnd):' /proc/self/status; [ "$LISTEN_PID" = $$ ] && echo mine; echo $LISTEN_PID`;
    const place = new Place(script);
    const started = (env: Record<string, string>, listen: string): string => {
      const shell = `trap '' CHLD USR1; ${listen} exec "$0" start id`;
      return run(["/bin/sh", "-c", shell, `${place.bin}/wrun`], { env: { ...place.env, ...env } }).stdout;
    };
    const own = "LISTEN_PID=$$";
    expect(started({}, own)).toContain("mine\n");
    const masks = (text: string): string[] => text.split("\n").slice(0, 3);
    expect(masks(started({}, own))).toEqual(masks(started({ WRUN_EVENTS: "" }, own)));
    expect(started({}, "LISTEN_PID=1")).toEndWith("\n1\n");
    expect(place.records().length).toBe(3);
  },
);

asRoot("a signal to wrun is one to what runs below, which is not left behind by a kill", async () => {
  const place = new Place("trap 'exit 42' TERM; echo $$; while :; do /bin/sleep 0.01; done");
  const start = () => {
    const env = { ...place.env };
    return Bun.spawn([`${place.bin}/wrun`, "run", "id"], {
      env,
      stdin: "ignore",
      stdout: "pipe",
      stderr: "ignore",
    });
  };
  const pidOf = async (process: ReturnType<typeof start>): Promise<number> => {
    const { value } = await process.stdout.getReader().read();
    return Number(new TextDecoder().decode(value));
  };
  const first = start();
  await pidOf(first);
  first.kill("SIGTERM");
  expect(await first.exited).toBe(42);
  const second = start();
  const below = await pidOf(second);
  second.kill("SIGKILL");
  await second.exited;
  await until("it is gone", () => {
    const status = existsSync(`/proc/${below}/status`) ? readFileSync(`/proc/${below}/status`, "utf8") : "Z";
    return /State:\s+[ZX]/.test(status) || status === "Z";
  });
});

asRoot(
  "a creation is written down with what wrun has left for it, and a deletion with what tells the end",
  () => {
    const spool = `${temporaryDirectory()}/`;
    const report = `${spool}report`;
    const key = keyOf(undefined, "an-id");
    const place = new Place("");
    const pidFile = `${place.spool}/pids/${key}`;
    const lines = [key, pidFile, report, `${spool}exit`, '"container":{"id":"an-id","bundle":"/b"}'];
    writeFileSync(
      `${place.folder}/lib/wrun`,
      `#!/bin/sh\n${leave(place.spool, lines)}; echo ${process.pid} >${pidFile}\n`,
    );
    expect(place.launch(["create", "--bundle", "/b", "an-id"]).code).toBe(0);
    expect(readdirSync(`${place.spool}/live`)).toEqual([key]);
    writeFileSync(report, `{"report":"trapped","reason":"\x01 \\"ä"}\n${"x".repeat(100)}\n`);
    writeFileSync(`${spool}exit`, "134");
    expect(place.launch(["delete", "an-id"]).code).toBe(0);
    const [created, deleted] = place.records();
    const stat = readFileSync(`/proc/${process.pid}/stat`, "utf8");
    expect(created).toMatchObject({
      verb: "create",
      key,
      pid: process.pid,
      startTime: stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "",
      container: { id: "an-id", bundle: "/b" } as never,
    });
    expect(deleted).toMatchObject({ verb: "delete", key, report: readFileSync(report, "utf8"), exit: "134" });
    for (const name of ["live", "pending", "pids"]) expect(readdirSync(`${place.spool}/${name}`)).toEqual([]);
  },
);

asRoot("a creation that fails leaves nothing, and one of which wrun has left nothing is not told", () => {
  const place = new Place("exit 1");
  const lines = ["0123456789abcdef", "", "", "", '"container":{}'];
  const failing = `${leave(place.spool, lines)}; exit 1`;
  writeFileSync(`${place.folder}/lib/wrun`, `#!/bin/sh\n${failing}\n`);
  expect(place.launch(["create", "id"]).code).toBe(1);
  expect(readdirSync(`${place.spool}/pending`)).toEqual([]);
  writeFileSync(`${place.folder}/lib/wrun`, "#!/bin/sh\n");
  expect(place.launch(["create", "id"]).code).toBe(0);
  expect(place.records()).toEqual([]);
  expect(existsSync(`${place.spool}/dropped`)).toBe(false);
});

asRoot("an old pid file, and a link in the place of one of the spool's files, are of no use", () => {
  const place = new Place("");
  const target = `${place.folder}/target`;
  writeFileSync(target, "");
  symlinkSync(target, `${place.spool}/log`);
  expect(place.launch(["start", "id"]).code).toBe(0);
  expect(readFileSync(target, "utf8")).toBe("");
  const pidFile = `${place.folder}/pid`;
  writeFileSync(pidFile, "1");
  const other = new Place("");
  const lines = ["k", pidFile, "", "", '"container":{"id":"x"}'];
  const script = `#!/bin/sh\n/usr/bin/touch -d @1 ${pidFile}; ${leave(other.spool, lines)}\n`;
  writeFileSync(`${other.folder}/lib/wrun`, script);
  expect(other.launch(["create", "x"]).code).toBe(0);
  expect(other.records()).toMatchObject([{ verb: "create", pid: 0 }]);
});

// The file is the machine's: the test has one of its own, in a mount namespace.
asRoot(
  "the config file turns events on and names the runtime, and what is not plain is left to the executable",
  () => {
    const place = new Place('echo "$0"');
    const other = `${place.folder}/other`;
    writeFileSync(other, "#!/bin/sh\necho other\n", { mode: 0o755 });
    const events = `events = "unix://${place.folder}/s.sock"`;
    const script = `d=${place.folder}/etc; mkdir $d; mount -t tmpfs tmpfs $d && mkdir $d/u $d/w &&
    mount -t overlay -o lowerdir=/etc,upperdir=$d/u,workdir=$d/w overlay /etc && mkdir -p /etc/wrun || exit 99
    for text; do printf "$text" >/etc/wrun/config.toml; ${place.bin}/wrun start id; done`;
    const texts = [
      `# all of it\\n ${events} # on\\n\\nruntime = '${other}'\\n`,
      events,
      `${events}\\nfuture = 1\\n`,
      `runtime = "${place.folder}/none"\\n`,
      `runtime="crun"\\n`,
    ];
    const ended = run(
      ["unshare", "--mount", "--propagation", "private", "sh", "-c", script, "sh", ...texts],
      {
        env: { PATH: place.env["PATH"] ?? "" },
      },
    );
    expect(ended).toMatchObject({ code: 0, stderr: "" });
    const [crun, executed] = [`${place.bin}/crun`, `${place.folder}/lib/wrun`];
    expect(ended.stdout.trim().split("\n")).toEqual(["other", crun, executed, executed, executed]);
    expect(place.records().map(({ verb }) => verb)).toEqual(["start", "start", "start"]);
  },
);

asRoot(
  "a clock that is set back meanwhile does not make our own pid file an old one, only a caller's",
  () => {
    const place = new Place("exit 0");
    for (const [id, pidFile] of [
      ["ours", `${place.spool}/pids/k`],
      ["theirs", `${place.folder}/pid`],
    ] as const) {
      const lines = ["k", pidFile, "", "", `"container":{"id":"${id}"}`];
      const script = `printf 77 >${pidFile}; touch -d @1000000000 ${pidFile}; ${leave(place.spool, lines)}`;
      writeFileSync(`${place.folder}/lib/wrun`, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
      expect(place.launch(["create", "--bundle", "/b", id]).code).toBe(0);
    }
    expect(place.records().map(({ container, pid }) => [container?.id, pid])).toEqual([
      ["ours", 77],
      ["theirs", 0],
    ]);
  },
);

asRoot("in a spool that others can write in nothing is read, written or removed for them", () => {
  const place = new Place("exit 0");
  const secret = `${place.folder}/secret`;
  writeFileSync(secret, "secret", { mode: 0o600 });
  const key = keyOf(undefined, "an-id");
  writeFileSync(`${place.spool}/live/${key}`, `${key}\n\n${secret}\n\n"container":{}\n`);
  chmodSync(place.spool, 0o777);
  expect(place.launch(["delete", "an-id"]).code).toBe(0);
  expect(place.records()).toEqual([]);
  expect(readdirSync(`${place.spool}/live`)).toEqual([key]);
  chmodSync(place.spool, 0o700);
  expect(place.launch(["delete", "an-id"]).code).toBe(0);
  expect(place.records()).toMatchObject([{ verb: "delete", report: "secret" }]);
});
