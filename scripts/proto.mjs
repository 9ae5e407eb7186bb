// Makes proto/gen/ out of the .proto files; with --check, says whether it is what they make.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { installPackages, root } from "./setup.mjs";

const committed = `${root}/proto/gen`;

// One module for what is loaded together. Metrics are only ever written, and take 64 bits in two halves.
const modules = {
  ttrpc: { files: ["ttrpc/request"] },
  task: { files: ["containerd/task/v3/shim"] },
  options: { files: ["containerd/runc/v1/options", "runtimeoptions/v1/options"] },
  events: { files: ["containerd/events/task", "containerd/services/events/ttrpc/v1/events"] },
  metrics: {
    files: ["io/containerd/cgroups/v1/metrics", "io/containerd/cgroups/v2/metrics"],
    flags: ["--no-decode"],
    wide: true,
  },
  bootstrap: { files: ["containerd/runtime/bootstrap/v1/bootstrap", "containerd/types/introspection"] },
  containerd: {
    files: ["containers", "images", "content", "version"].map(
      (name) => `containerd/services/${name}/v1/${name}`,
    ),
  },
  monitor: {
    files: [
      "containerd/services/events/v1/events",
      "wrun/events/v1/events",
      "wrun/monitor/v1/monitor",
      "grpc/health/v1/health",
      "grpc/reflection/v1/reflection",
    ],
  },
};

// What the monitor tells of itself by reflection: its services, and what its events are made of.
const reflected = [...modules.monitor.files, "grpc/reflection/v1alpha/reflection", "containerd/events/task"];

/** Writes every module into `folder`. */
export async function generate(folder) {
  mkdirSync(folder, { recursive: true });
  for (const [name, module] of Object.entries(modules)) await generateModule(folder, name, module);
  const { descriptorsOf } = await import("./proto-descriptors.mjs");
  const descriptors = JSON.stringify(descriptorsOf(`${root}/proto`, reflected), undefined, 2);
  writeFileSync(`${folder}/descriptors.json`, `${descriptors}\n`);
}

/** Throws where proto/gen/ is not what the .proto files make. */
export async function checkGenerated() {
  mkdirSync(`${root}/.tmp`, { recursive: true });
  const fresh = mkdtempSync(`${root}/.tmp/proto-`);
  await generate(fresh);
  const stale = Object.keys(modules)
    .flatMap((name) => [`${name}.js`, `${name}.d.ts`])
    .concat("descriptors.json")
    .filter((file) => read(`${fresh}/${file}`) !== read(`${committed}/${file}`));
  rmSync(fresh, { recursive: true });
  if (stale.length > 0) throw new Error(`proto/gen/ is stale (${stale.join(", ")}): run npm run proto`);
}

async function generateModule(folder, name, { files, flags = [], wide = false }) {
  const { default: pbjs } = await import("protobufjs-cli/pbjs.js");
  const [script, types] = [`${folder}/${name}.js`, `${folder}/${name}.d.ts`];
  const unused = ["create", "verify", "convert", "delimited", "typeurl", "service"].map(
    (part) => `--no-${part}`,
  );
  const numbers = wide ? [] : ["--force-number"];
  const sources = files.map((file) => `${root}/proto/${file}.proto`);
  const form = ["-t", "static-module", "-w", "esm", "-r", name, "-p", `${root}/proto`, "-o", script];
  const make = (flag) => promisify(pbjs.main)([...form, ...unused, ...numbers, ...flags, flag, ...sources]);
  await make("--dts");
  edit(types, [["import Long = require", wide ? 'import type { Uint64 as Long } from "../uint64.ts";' : ""]]);
  await make("--no-comments");
  edit(script, [["import $protobuf from", 'import * as $protobuf from "../runtime.ts";']]);
}

// Replaces the line that begins with a text, for each pair.
function edit(path, replacements) {
  const lines = read(path).split("\n");
  for (const [start, line] of replacements) lines[lines.findIndex((l) => l.startsWith(start))] = line;
  writeFileSync(path, lines.join("\n"));
}

function read(path) {
  return readFileSync(path, "utf8");
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  installPackages();
  await (process.argv.includes("--check") ? checkGenerated() : generate(committed));
}
