import { describe, expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { OutputReader } from "./output-reader.ts";
import { openSubjects } from "./subject.ts";
import { untilNoTraces } from "./traces.ts";

for (const subject of await openSubjects()) {
  const { containerd } = subject;
  const shared = `${containerd.places.folder}/shared-${subject.newId()}`;

  describe(subject.title, () => {
    test("runs to its end, passes its output on, and leaves nothing", async () => {
      const { code, stdout, stderr } = subject.run(["echo", "hello there", ",", "warn", "and here"]);
      expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: "hello there\n", stderr: "and here\n" });
      await untilNoTraces(containerd);
    });

    test("returns the exit code of the program", () => {
      expect(subject.run(["exit", "7"]).code).toBe(7);
      expect(subject.run(["exit", "255"]).code).toBe(255);
    });

    test("returns 134 for a guest that aborts", () => {
      // The first process of a PID namespace does not get SIGABRT from itself: glibc's abort ends it by SIGSEGV then.
      expect(subject.run(["abort"]).code).toBe(subject.kind === "wasm" ? 134 : 139);
    });

    test("passes stdin on, and its end", async () => {
      const command = subject.runCommand(subject.newId(), ["cat", "-", ",", "echo", "done"], ["--rm"]);
      const running = containerd.spawn(command);
      const output = new OutputReader(running.stdout);
      await running.stdin.write("two\nlines\n");
      await running.stdin.flush();
      // ctr 1.6 forgets an end that comes before it has the task, so the program's answer is waited for.
      await output.until("lines\n");
      await running.stdin.end();
      expect(await output.rest()).toBe("two\nlines\ndone\n");
      expect(await running.exited).toBe(0);
    });

    // ctr does not call CloseIO then, and only closes what it writes. runc's shim waits for CloseIO, and does not end.
    if (subject.isOurs)
      test("ends where stdin has ended before there is a task, each time", () => {
        for (const file of ["-", "/dev/stdin"]) {
          for (let turn = 0; turn < 5; turn++) {
            const command = subject.runCommand(subject.newId(), ["cat", file, ",", "echo", "done"], ["--rm"]);
            const piped = ["sh", "-c", `printf 'l1\n' | "$@"`, "sh", ...command];
            const { code, stdout, stderr } = containerd.run(piped);
            expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: "l1\ndone\n", stderr: "" });
          }
        }
      });

    test("passes on megabytes of stdin", () => {
      expect(subject.run(["count"], [], { stdin: "x".repeat(5_000_000) }).stdout).toBe("5000000 bytes\n");
    });

    test("gives the image's environment and the caller's", () => {
      const { stdout } = subject.run(["env"], ["--env", "COLOUR=green", "--env", "EMPTY="]);
      expect(stdout.split("\n")).toEqual(
        expect.arrayContaining(["GREETING=good day", "COLOUR=green", "EMPTY="]),
      );
    });

    test("starts in the working directory that was asked for", () => {
      const { stdout } = subject.run(["cat", "motd", ",", "env"], ["--cwd", "/etc"]);
      // wasi-libc resolves from `/` until a guest calls chdir; what it is told is PWD.
      expect(stdout).toMatch(subject.kind === "native" ? /^from the image$/m : /^PWD=\/etc$/m);
    });

    test("mounts a folder of the host, writable or not", () => {
      mkdirSync(shared, { recursive: true });
      writeFileSync(`${shared}/note`, "from the host\n");
      const mount = (access: string): string[] => [
        "--mount",
        `type=bind,src=${shared},dst=/data,options=rbind:${access}`,
      ];
      expect(subject.run(["cat", "/data/note"], mount("ro")).stdout).toBe("from the host\n");
      expect(subject.run(["write", "/data/new", "x"], mount("ro"))).toMatchObject({
        code: 1,
        stdout: "/data/new: Read-only file system\n",
      });
      expect(subject.run(["write", "/data/new", "x"], mount("rw")).code).toBe(0);
    });

    test("keeps a read-only root as it is", () => {
      expect(subject.run(["write", "/etc/motd", "mine"], ["--read-only"])).toMatchObject({
        code: 1,
        stdout: "/etc/motd: Read-only file system\n",
      });
      expect(subject.run(["write", "/etc/motd", "mine", ",", "cat", "/etc/motd"]).stdout).toContain("mine");
    });

    test("runs as the user that the image names, who may not do what root may", () => {
      const denied = subject.run(["write", "/etc/motd", "mine"], [], { image: "nobody" });
      expect(denied).toMatchObject({ code: 1, stdout: "/etc/motd: Permission denied\n" });
    });

    test("names what cannot be started, and leaves nothing", async () => {
      const command = subject.runCommand(subject.newId(), [], ["--rm"]).slice(0, -1);
      const { code, stderr } = containerd.run([...command, "/nowhere"]);
      expect(code).toBe(1);
      expect(stderr).toMatch(/\/nowhere.*no such file or directory|\/nowhere.*not found/i);
      await untilNoTraces(containerd);
    });
  });
}
