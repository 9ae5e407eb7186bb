// `npm start`: installs, builds, and runs a real OCI bundle on the embedded sandbox, saying what it does.
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { build } from "./build.mjs";
import { root } from "./setup.mjs";

const place = `${root}/.tmp/start`;
const bundle = `${place}/bundle`;
const wrun = `${root}/dist/wrun`;
// Root would get the kernel sandbox, for which this machine may have no crun and no runc.
const embedded = ["--root", `${place}/state`, "--sandbox", "embedded"];

console.log("Building dist/wrun and dist/wrun.node …");
await build();
await makeBundle();
console.log(
  `\nAn OCI bundle stands in ${bundle}:\n  config.json, rootfs/tour.wasm (from examples/tour/tour.wat), rootfs/motd`,
);

show("What is the file?", ["inspect", `${bundle}/rootfs/tour.wasm`]);
show("What may the guest touch?", ["plan", "--sandbox", "embedded", "--bundle", bundle]);
show("Run it:", [...embedded, "run", "--bundle", bundle, "tour"]);
show("The same life, step by step:", [...embedded, "create", "--bundle", bundle, "tour-2"]);
show("", [...embedded, "state", "tour-2"]);
show("", [...embedded, "start", "tour-2"]);
await stopped("tour-2");
show("", [...embedded, "state", "tour-2"]);
show("", [...embedded, "delete", "tour-2"]);
console.log("\nAll of it worked. Next: dist/wrun --help, README.md, npm test.");

async function makeBundle() {
  rmSync(place, { recursive: true, force: true });
  mkdirSync(`${bundle}/rootfs`, { recursive: true });
  const { default: wabtInit } = await import("wabt");
  const source = `${root}/examples/tour/tour.wat`;
  const module = (await wabtInit()).parseWat(source, readFileSync(source, "utf8"));
  writeFileSync(`${bundle}/rootfs/tour.wasm`, module.toBinary({}).buffer);
  cpSync(`${root}/examples/tour/motd`, `${bundle}/rootfs/motd`);
  const config = JSON.parse(readFileSync(`${root}/examples/tour/config.json`, "utf8"));
  config.process.user = { uid: process.getuid(), gid: process.getgid() };
  writeFileSync(`${bundle}/config.json`, JSON.stringify(config, null, 2));
}

async function stopped(id) {
  const state = () => JSON.parse(execFileSync(wrun, [...embedded, "state", id], { encoding: "utf8" }));
  for (let tries = 0; state().status !== "stopped"; tries++) {
    if (tries === 100) throw new Error(`the guest of ${id} does not end`);
    await new Promise((done) => setTimeout(done, 50));
  }
}

function show(title, args) {
  console.log(`\n${title ? `${title}\n` : ""}$ wrun ${args.join(" ").replaceAll(`${root}/`, "")}`);
  const { status, signal, error } = spawnSync(wrun, args, { stdio: "inherit" });
  if (error) throw error;
  if (status !== 0) throw new Error(`wrun ${args.join(" ")} ended with ${status ?? signal}`);
}
