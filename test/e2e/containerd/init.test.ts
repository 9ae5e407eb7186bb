import { describe, expect, test } from "bun:test";
import { openSubjects } from "./subject.ts";
import { untilNoTraces } from "./traces.ts";

const init = Bun.which("catatonit");
if (init === null) console.log("tests of an engine's init are skipped: install Debian's catatonit");

for (const subject of init === null ? [] : await openSubjects()) {
  const { containerd } = subject;

  describe(`${subject.title}, behind an init that is mounted as Docker and nerdctl do it`, () => {
    for (const path of ["/sbin/docker-init", "/sbin/tini"])
      test(`at ${path}: runs to its end with its own arguments and exit code`, async () => {
        const mount = `type=bind,src=${init},dst=${path},options=rbind:ro`;
        const flags = ["--rm", ...subject.runtime, "--mount", mount];
        const words = [path, "--", subject.program, "echo", "behind", "--", ",", "exit", "7"];
        const image = `localhost/${subject.kind}-tools:latest`;
        const ended = containerd.ctr("run", ...flags, image, subject.newId(), ...words);
        expect(ended).toMatchObject({ code: 7, stdout: "behind --\n", stderr: "" });
        await untilNoTraces(containerd);
      });
  });
}
