import { describe, expect, test } from "bun:test";
import { OutputReader } from "./output-reader.ts";
import type { Running } from "./containerd.ts";
import { openSubjects } from "./subject.ts";
import { untilNoTraces } from "./traces.ts";

interface Session {
  readonly running: Running;
  readonly output: OutputReader;
  readonly type: (text: string) => Promise<void>;
}

const quote = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;

for (const subject of await openSubjects()) {
  const { containerd } = subject;

  // script(1) gives `ctr` a terminal to stand on, 77 columns wide, which passes on what comes as it is.
  const open = (command: readonly string[]): Session => {
    const line = `stty cols 77 rows 33 -onlcr -echo; exec ${command.map(quote).join(" ")}`;
    const running = containerd.spawn(["script", "--quiet", "--return", "--command", line, "/dev/null"]);
    const type = async (text: string): Promise<void> => {
      await running.stdin.write(text);
      await running.stdin.flush();
    };
    return { running, output: new OutputReader(running.stdout), type };
  };
  const run = (words: readonly string[]): Session =>
    open(subject.runCommand(subject.newId(), words, ["--rm", "--tty"]));

  describe(`a terminal for ${subject.title}`, () => {
    test("is one on all three standard streams, and carries the exit code back", async () => {
      const words = ["tty", ",", "warn", "both in one", ",", "cat", "-", ",", "exit", "4"];
      const { output, type, running } = run(words);
      // What script has not read when its child ends is lost, so the child waits for that.
      expect(await output.until("one\r\n")).toBe("111\r\nboth in one\r\n");
      await type("\u0004");
      expect(await running.exited).toBe(4);
    });

    test("takes lines as they are typed, and an end by ^D", async () => {
      const { output, type, running } = run(["cat", "-", ",", "echo", "done"]);
      await type("first line\n");
      await output.until("first line\r\nfirst line\r\n");
      await type("\u0004");
      await output.until("done\r\n");
      expect(await running.exited).toBe(0);
    });

    test("makes ^C a SIGINT", async () => {
      const { output, type, running } = run([
        "echo",
        "up",
        ",",
        subject.kind === "wasm" ? "sleep" : "cat",
        "-",
      ]);
      await output.until("up\r\n");
      await type("\u0003");
      if (subject.kind === "native") await type("\u0004");
      expect(await running.exited).toBe(subject.kind === "wasm" ? 130 : 0);
    });

    test("passes a megabyte on", async () => {
      // What script has not read when its child ends is lost, so the child waits for that.
      const { output, type } = run(["flood", "16000", ",", "cat", "-"]);
      await output.until(`${String(15_999).padStart(63, "0")}\r\n`);
      await type("\u0004");
      const lines = (await output.rest()).trimEnd().split("\r\n");
      expect(lines.map(Number)).toEqual(Array.from({ length: 16_000 }, (_, i) => i));
    });

    test.skipIf(subject.kind === "wasm")("has the size of the caller's", async () => {
      const { output, type } = run(["size", ",", "cat", "-"]);
      expect(await output.until("\r\n")).toBe("77x33\r\n");
      await type("\u0004");
      expect(await output.rest()).toBe("77x33\r\n");
    });

    test("is there for exec, too", async () => {
      const id = subject.start(["sleep"]);
      const args = ["task", "exec", "--tty", "--exec-id", "tty", id, subject.program, "tty", ",", "cat", "-"];
      const { output, type, running } = open(containerd.ctrCommand(args));
      await output.until("111\r\n");
      await type("typed\n");
      await output.until("typed\r\ntyped\r\n");
      await type("\u0004");
      expect(await running.exited).toBe(0);
      subject.remove(id);
      await untilNoTraces(containerd);
    });
  });
}
