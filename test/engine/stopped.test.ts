import { mkdtempSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "bun:test";
import { fixture, hasFixture, writeBundle } from "../bundle.ts";
import { Containers, until } from "../e2e/containers.ts";
import { temporaryDirectory, wrun } from "../wrun.ts";

// SIGSTOP and SIGCONT: job control, a debugger, the freezer of a cgroup v1. Time goes on for others meanwhile.

const work = temporaryDirectory();
const inC = test.skipIf(!hasFixture("wasi-waits"));

type Engine = Bun.Subprocess<"pipe", "pipe", "inherit">;

/** The letter of proc(5): S sleeping, R running, T stopped. */
function stateOf({ pid }: { readonly pid: number }): string {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  return stat.slice(stat.lastIndexOf(")") + 2)[0] ?? "";
}

async function stop(engine: Engine): Promise<void> {
  engine.kill("SIGSTOP");
  await until("it has stopped", () => stateOf(engine) === "T");
}

/** An engine whose guest has begun to wait. */
async function waiting(...how: readonly string[]): Promise<{ engine: Engine; rest: () => Promise<string> }> {
  const command = [wrun, "wasm", fixture("wasi-waits"), ...how];
  const engine = Bun.spawn(command, { stdin: "pipe", stdout: "pipe", stderr: "inherit" });
  const reader = engine.stdout.getReader();
  const decoder = new TextDecoder();
  let said = "";
  while (!said.includes("\n")) said += decoder.decode((await reader.read()).value);
  expect(said).toBe("waiting\n");
  const rest = async (): Promise<string> => {
    let text = "";
    for (let next = await reader.read(); !next.done; next = await reader.read())
      text += decoder.decode(next.value);
    return text;
  };
  return { engine, rest };
}

/** An engine that was stopped before the time of its guest was over: on a slow machine the next one has more of it. */
async function stoppedWhileWaiting(how: string) {
  for (let spanMs = 300; ; spanMs *= 4) {
    const { engine, rest } = await waiting(how, `${spanMs}`);
    const overAt = performance.now() + spanMs + 100;
    engine.kill("SIGSTOP");
    await until("it has stopped or exited", () => engine.exitCode !== null || stateOf(engine) === "T");
    if (engine.exitCode === null) return { engine, rest, overAt };
  }
}

for (const how of [["input"], ["either", "3600000"]])
  inC(`a guest that waits for ${how[0]} is stopped, and gets what comes meanwhile`, async () => {
    const { engine, rest } = await waiting(...how);
    for (let turn = 0; turn < 3; turn++) {
      await stop(engine);
      engine.kill("SIGCONT");
      await until("it waits again", () => stateOf(engine) === "S");
    }
    await stop(engine);
    void engine.stdin.write("line\n");
    void engine.stdin.flush();
    engine.kill("SIGCONT");
    expect(await rest()).toBe("input\n");
    expect(await engine.exited).toBe(0);
  });

for (const how of ["span", "moment", "either"])
  inC(`the time of a guest that waits for a ${how} goes on while it is stopped`, async () => {
    const { engine, rest, overAt } = await stoppedWhileWaiting(how);
    await until("the time is over", () => performance.now() > overAt);
    expect(stateOf(engine)).toBe("T");
    engine.kill("SIGCONT");
    expect(await rest()).toBe("over\n");
    expect(await engine.exited).toBe(0);
  });

inC("a wait that is stopped again and again is neither cut short nor an error", async () => {
  const { engine, rest } = await waiting("span", "500");
  const said = rest();
  while (engine.exitCode === null) {
    engine.kill("SIGSTOP");
    engine.kill("SIGCONT");
    await Bun.sleep(1);
  }
  expect(await said).toBe("over\n");
});

inC("a busy guest is stopped and continued, and SIGTERM ends it once it is continued", async () => {
  const { engine } = await waiting("busy");
  await stop(engine);
  engine.kill("SIGCONT");
  await until("it runs", () => "RS".includes(stateOf(engine)));
  await stop(engine);
  engine.kill("SIGTERM");
  engine.kill("SIGCONT");
  expect(await engine.exited).toBe(143);
});

inC("a stopped engine is killed at once", async () => {
  const { engine } = await waiting("busy");
  await stop(engine);
  engine.kill("SIGKILL");
  await engine.exited;
  expect(engine.signalCode).toBe("SIGKILL");
});

inC("an engine that is stopped and continued at every moment of its start starts", async () => {
  for (let run = 0; run < 10; run++) {
    const command = [wrun, "wasm", fixture("wasi-waits"), "nothing"];
    const engine = Bun.spawn(command, { stdin: "ignore", stdout: "pipe", stderr: "inherit" });
    const said = new Response(engine.stdout).text();
    while (engine.exitCode === null) {
      engine.kill("SIGSTOP");
      await new Promise(setImmediate);
      engine.kill("SIGCONT");
      await new Promise(setImmediate);
    }
    expect([await said, engine.exitCode]).toEqual(["waiting\nnothing\n", 0]);
  }
});

inC(
  "a container that is stopped before its start is started, and its guest runs once it is continued",
  async () => {
    const folder = mkdtempSync(join(work, "container-"));
    const containers = new Containers(`${folder}/root`);
    const process = { args: ["/app.wasm", "nothing"] };
    const bundle = writeBundle(`${folder}/bundle`, { guest: "wasi-waits", process });
    containers.ok("create", "--bundle", bundle, "c");
    const { pid } = containers.state("c");
    globalThis.process.kill(pid, "SIGSTOP");
    await until("it has stopped", () => stateOf({ pid }) === "T");
    containers.ok("start", "c");
    expect(["created", "running"]).toContain(containers.state("c").status);
    globalThis.process.kill(pid, "SIGCONT");
    await until("it has ended", () => containers.state("c").status === "stopped");
    containers.ok("delete", "c");
    expect(containers.left()).toEqual([]);
  },
);

const offset = 1_000_000;
const unshared = ["unshare", "-T", "--monotonic", `${offset}`, "--boottime", `${offset}`, "--fork"];
const hasTimeNamespace = Bun.spawnSync([...unshared, "true"], { stderr: "ignore" }).exitCode === 0;

for (const how of ["span", "moment", "either"])
  test.skipIf(!hasTimeNamespace || !hasFixture("wasi-waits"))(
    `a ${how} is as long in a time namespace whose clock is ahead`,
    async () => {
      const command = [...unshared, wrun, "wasm", fixture("wasi-waits"), how, "50"];
      const engine = Bun.spawn(command, { stdin: "pipe", stdout: "pipe", stderr: "inherit" });
      expect(await new Response(engine.stdout).text()).toBe("waiting\nover\n");
      expect(await engine.exited).toBe(0);
    },
  );
