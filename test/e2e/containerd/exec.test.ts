import { beforeEach, describe, expect, test } from "bun:test";
import { until } from "../containers.ts";
import type { Ended } from "../../wrun.ts";
import { OutputReader } from "./output-reader.ts";
import { openSubjects } from "./subject.ts";
import { pidsOf, taskOf } from "./task.ts";

for (const subject of await openSubjects()) {
  const { containerd } = subject;
  let id = "";
  let count = 0;
  const exec = (words: readonly string[], flags: readonly string[] = [], stdin = ""): Ended => {
    count++;
    const named = [...flags, "--exec-id", `exec-${count}`];
    const args = ["task", "exec", ...named, id, subject.program, ...words];
    return containerd.run(containerd.ctrCommand(args), { stdin });
  };

  describe(`exec ${subject.title}`, () => {
    beforeEach(() => {
      id = subject.start(["sleep"]);
    });

    test("runs beside the container, with output and exit code of its own", () => {
      const { code, stdout, stderr } = exec(["echo", "inside", ",", "warn", "careful", ",", "exit", "5"]);
      expect({ code, stdout, stderr }).toEqual({ code: 5, stdout: "inside\n", stderr: "careful\n" });
      expect(taskOf(containerd, id)?.status).toBe("RUNNING");
    });

    test("has its own stdin, environment of the container and working directory", () => {
      expect(exec(["count"], [], "x".repeat(1_000_000)).stdout).toBe("1000000 bytes\n");
      const { stdout } = exec(["env", ",", "cat", "motd"], ["--cwd", "/etc"]);
      expect(stdout).toContain("GREETING=good day\n");
      expect(stdout).toMatch(subject.kind === "native" ? /^from the image$/m : /^PWD=\/etc$/m);
    });

    test("finds the end of its stdin, under the name /dev/stdin too", () => {
      for (const file of ["-", "/dev/stdin"])
        expect(exec(["cat", file, ",", "echo", "done"], [], "l1\n").stdout).toBe("l1\ndone\n");
    });

    test("sees what the container wrote", () => {
      exec(["write", "/tmp/note", "left here"]);
      expect(exec(["cat", "/tmp/note"]).stdout).toBe("left here");
    });

    test("is refused for a program that is not there, and the container runs on", () => {
      const args = ["task", "exec", "--exec-id", "nothing", id, "/nowhere"];
      const { code, stderr } = containerd.ctr(...args);
      expect(code).not.toBe(0);
      expect(stderr).toMatch(/\/nowhere/);
      expect(taskOf(containerd, id)?.status).toBe("RUNNING");
    });

    test("is listed by its id and killed alone", async () => {
      exec(["sleep"], ["--detach"]);
      const name = `exec-${count}`;
      const listed = () => [...pidsOf(containerd, id).values()].filter((info) => info.includes(name));
      expect(listed()).toHaveLength(1);
      containerd.ok("task", "kill", "--exec-id", name, "--signal", "KILL", id);
      await until("it is gone", () => listed().length === 0);
      expect(taskOf(containerd, id)?.status).toBe("RUNNING");
      expect(containerd.ctr("task", "kill", "--exec-id", "never", id).stderr).toMatch(/not found/);
    });

    test("ends with the container", async () => {
      const words = [subject.program, "echo", "up", ",", "sleep"];
      const running = containerd.spawn(
        containerd.ctrCommand(["task", "exec", "--exec-id", "last", id, ...words]),
      );
      await new OutputReader(running.stdout).until("up\n");
      containerd.ok("task", "kill", "--signal", "KILL", id);
      expect(await running.exited).toBe(137);
      expect(containerd.ctr("task", "exec", "--exec-id", "late", id, subject.program, "echo").code).toBe(1);
    });
  });
}
