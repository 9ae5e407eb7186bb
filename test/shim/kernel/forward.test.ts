import { chmodSync, copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { expect, test } from "bun:test";
import { writeBundle } from "../../bundle.ts";
import { executable, run, temporaryDirectory, wrun } from "../../wrun.ts";

const folder = temporaryDirectory();
const runtime = `${folder}/crun`;
const record = `${folder}/record`;

// Writes down all that a program inherits. The shell has the script itself open as descriptor 10 or above.
writeFileSync(
  runtime,
  `#!/bin/sh
cd "${record}"
/bin/cat /proc/$$/cmdline >argv
/bin/cat /proc/$$/environ >environ
/bin/cat /proc/$$/limits >limits
/bin/grep -E '^(Sig(Ign|Cgt)|Umask|Cap|NoNewPrivs|Seccomp):' /proc/$$/status >status
for fd in 3 4 5; do echo $fd "$(/bin/readlink /proc/$$/fd/$fd)"; done >descriptors
/bin/ls -l /proc/$$/fd >all
exit 7
`,
);
chmodSync(runtime, 0o755);

const native = writeBundle(`${folder}/native`, { guest: "hello", process: { args: ["/true"] } });
copyFileSync("/bin/true", `${native}/rootfs/true`);
chmodSync(`${native}/rootfs/true`, 0o755);

interface Inherited {
  readonly code: number | null;
  readonly files: Readonly<Record<string, string>>;
}

/** What the low-level runtime was given when `command`, a line of shell, became `front`. */
function inherited(front: readonly string[], command: string, path = process.env["PATH"] ?? ""): Inherited {
  rmSync(record, { recursive: true, force: true });
  mkdirSync(record);
  const script = `umask 027; ulimit -S -n 48; ulimit -H -n 64; trap '' USR2
exec 3</etc/passwd 4>/dev/null 5<&3 6</etc/group
export LISTEN_FDS=1 LISTEN_PID=1 LISTEN_FDNAMES=a:b NOTIFY_SOCKET=/run/notify ODD="$(printf 'x\\377y')" EMPTY= BUN_OPTIONS2=1
BAD="$(printf 'a\\377\\376b')"
${command.replace(/^wrun/, 'exec "$@"')}`;
  const { code } = run(["/bin/sh", "-c", script, "sh", ...front], { cwd: native, env: { PATH: path } });
  const names = ["argv", "environ", "limits", "status", "descriptors", "all"];
  return {
    code,
    files: Object.fromEntries(names.map((name) => [name, readFileSync(`${record}/${name}`, "latin1")])),
  };
}

// As conmon, containerd's shims, CRI-O, Podman and people write them.
const commands = [
  "wrun --version-of-something-new list --format=json",
  "wrun --systemd-cgroup --root /run/r create --bundle . --pid-file /p --console-socket /s id",
  "wrun --root=/run/r --log=l --log-format=json --cgroup-manager=disabled create -b . id",
  "wrun --log l --log-format json --log-level debug --systemd-cgroup=false create --no-pivot --preserve-fds 2 --bundle=. id",
  "wrun --rootless=true --criu /c --debug run --keep -b. --preserve-fds=2 id",
  "wrun -root /run/r -systemd-cgroup create -bundle . id",
  "wrun create id",
  "wrun state id",
  "wrun start id",
  'wrun kill --all id "$BAD"',
  "wrun kill id 15",
  "wrun delete --force -- id",
  "wrun ps --format json id -ef",
  "wrun pause id",
  "wrun resume id",
  "wrun events --stats id",
  "wrun update --resources - id",
  "wrun checkpoint --image-path /i --leave-running id",
  "wrun restore --bundle . --image-path /i id",
  "wrun mounts add id",
  'wrun exec --tty --cwd /x --env "A=$BAD" --user 1:2 -e B=2 --process-label l id /bin/echo "$BAD" --root "a  b" ""',
  "wrun exec --process /p.json --detach --pid-file /p id",
];

const kernel = [wrun, "--sandbox", "kernel", "--runtime-path", runtime];

for (const command of commands) {
  test(`the low-level runtime cannot tell that it was called by ${command}`, () => {
    expectSame(inherited([runtime], command), inherited(kernel, command), command);
  });

  // Root's calls, of which the launcher passes some on by itself.
  test.skipIf(process.getuid?.() !== 0)(`crun on PATH cannot tell that it was called by ${command}`, () => {
    const path = `/none:${folder}:/usr/bin:/bin`;
    expectSame(inherited([runtime], command, path), inherited([wrun], command, path), command);
  });
}

function expectSame(plain: Inherited, called: Inherited, command: string): void {
  expect(plain.code).toBe(7);
  // Descriptors that the caller does not pass to the container are of no use to the runtime.
  const passed = command.includes("--preserve-fds") ? 3 : 1;
  const given = ({ files: { descriptors = "" } }: Inherited) => descriptors.split("\n").slice(0, passed);
  expect(given(plain)).toEqual(["3 /etc/passwd", "4 /dev/null", "5 /etc/passwd"].slice(0, passed));
  expect(given(called)).toEqual(given(plain));
  expect(withoutDescriptors(called)).toEqual(withoutDescriptors(plain));
}

test("the executable without its launcher hands on what it was given, too", () => {
  const [plain, called] = [[runtime], [executable, ...kernel.slice(1)]].map((front) =>
    inherited(front, "wrun create id"),
  );
  const { limits: _limits, ...files } = plain?.files ?? {};
  expect(called?.files).toMatchObject({ ...files, descriptors: expect.any(String), all: expect.any(String) });
});

test("descriptors that the caller promises and does not have are not made up", () => {
  const { files } = inherited(kernel, "wrun run --preserve-fds 40 id");
  expect(files["all"]).not.toContain("anon_inode");
  expect(files["descriptors"]).toBe("3 /etc/passwd\n4 /dev/null\n5 /etc/passwd\n");
});

test("bytes that are no UTF-8 stay where a flag of ours stands before, between and behind them", () => {
  const plain = inherited([runtime], 'wrun state "$BAD" "$BAD$BAD"');
  const front = 'wrun --runtime-path=x state --runtime-path=y "$BAD" --sandbox kernel "$BAD$BAD"';
  const { files } = inherited(
    [wrun, "--sandbox", "kernel"],
    front.replace("=x", `=${runtime}`).replace("=y", `=${runtime}`),
  );
  expect(files["argv"]).toBe(plain.files["argv"] ?? "");
});

function withoutDescriptors({
  code,
  files: { descriptors: _descriptors, all: _all, ...files },
}: Inherited): Inherited {
  return { code, files };
}
