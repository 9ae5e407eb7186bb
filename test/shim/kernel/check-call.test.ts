import { expect, test } from "bun:test";
import { isTaken } from "../../../shim/kernel/check-call.ts";
import { readKernelCall } from "../../../shim/kernel/kernel-call.ts";
import { temporaryDirectory } from "../../wrun.ts";

// It cannot be asked anything.
const noRuntime = `${temporaryDirectory()}/none`;
const taken = (command: string): Promise<boolean> => isTaken(readKernelCall(command.split(" ")), noRuntime);

const id = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

// As conmon, containerd's shim for runc, CRI-O and people write them.
const engines = [
  `--log-format=json --log=/run/oci-log create --bundle /b --pid-file /b/pidfile ${id}`,
  `--systemd-cgroup --root=/run/crun --log-format=json --log=/l create --bundle /b --pid-file /p --console-socket /s --no-pivot ${id}`,
  `--root /run/docker/runtime-runc/moby --log /b/log.json --log-format json --systemd-cgroup create --bundle /b --pid-file /b/init.pid ${id}`,
  `--debug --rootless true --root /r create --no-new-keyring --preserve-fds 3 --bundle /b ${id}`,
  "run --bundle dir my-container",
  "run -b dir -d name_1.2+3",
  "run --detach --no-subreaper --config other.json name",
  "create -f other.json name",
  "run name",
];

for (const command of engines)
  test(`isTaken() knows without asking that ${command} is taken`, async () => {
    expect(await taken(command)).toBe(true);
  });

const asked = [
  "run --keep name",
  "run --pidfd-socket /s name",
  "run --bundle=/b -d --keep name",
  "create -d name",
  "create --no-subreaper name",
  "create --rm name",
  "run -bdir name",
  "run -b=dir name",
  "run -bundle dir name",
  "run --bun dir name",
  "run --no-pivot=true name",
  "run --preserve-fds many name",
  "run -- name",
  "run name --bundle dir",
  "--systemd-cgroup=true run name",
  "--cgroup-manager disabled run name",
  "--log-level debug run name",
  "--log-format xml run name",
  "--root / run name",
  "--root . run name",
  "run .hidden",
  "run a:b",
  `run ${"x".repeat(256)}`,
];

for (const command of asked)
  test(`isTaken() asks the low-level runtime about ${command.slice(0, 80)}`, async () => {
    const problem = await taken(command).catch((error: unknown) => String(error));
    expect(problem).toContain("execute");
  });

const refused = ["run", "run --bundle", "create --no-pivot", "run one two", "run --no-pivot one two"];

for (const command of refused)
  test(`isTaken() knows without asking that ${command} is refused`, async () => {
    expect(await taken(command)).toBe(false);
  });
