import { expect, test } from "bun:test";
import { credentials } from "@grpc/grpc-js";
import { loaded } from "../../shim/transport/grpc/loaded.ts";
import { makeCertificates } from "../../shim/transport/monitor/certificates.ts";
import { run, temporaryDirectory, wrun } from "../../wrun.ts";
import { MonitorProcess } from "./monitor-process.ts";

const folder = temporaryDirectory();

test("the monitor listens on TCP beside its socket, for callers with a certificate", async () => {
  const { authority, caller } = makeCertificates(folder);
  const tls = ["server.crt", "server.key", "ca.crt"].map((name) => `${folder}/${name}`);
  const [certificate = "", key = "", ca = ""] = tls;
  const flags = ["--tls-cert", certificate, "--tls-key", key, "--tls-ca", ca];
  const monitor = await new MonitorProcess(`${folder}/tcp.sock,tcp://127.0.0.1:0`, flags).start();
  const port = /tcp:\/\/127\.0\.0\.1:(\d+)/.exec(monitor.log)?.[1] ?? "";
  const { Health } = loaded("grpc/health/v1/health.proto").grpc.health.v1;
  const secrets = credentials.createSsl(authority, caller.key, caller.certificate);
  const client = new Health(`localhost:${port}`, secrets);
  const answer = await new Promise((resolve, reject) => {
    client.Check({ service: "" }, (error: unknown, found: unknown) =>
      error ? reject(error) : resolve(found),
    );
  });
  expect(answer).toEqual({ status: 1 });
  client.close();
  expect(await monitor.stop()).toBe(0);
});

test.each([
  [["--listen", "tcp://127.0.0.1:1"], "--listen tcp://… needs --tls-cert, --tls-key and --tls-ca"],
  [["--listen", "tcp://127.0.0.1:1", "--tls-cert", "/none"], "--tls-cert: /none does not exist"],
  [["--listen", "http://x"], '--listen: "http://x" is no address: write unix:///PATH or tcp://HOST:PORT'],
  [["--listen", "tcp://x:99999"], '--listen: "x:99999" is not HOST:PORT'],
  [["--metrics", "9469"], '--metrics: "9469" is not HOST:PORT'],
])("wrun monitor %p says what is wrong", (flags, problem) => {
  const ended = run([wrun, "monitor", ...flags], {
    env: { PATH: process.env["PATH"] ?? "", WRUN_EVENTS: `unix://${folder}/wrong.sock` },
  });
  expect(ended).toMatchObject({ code: 1, stdout: "" });
  expect(ended.stderr).toContain(problem);
});
