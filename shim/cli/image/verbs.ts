import type { Flag } from "../argv.ts";
import type { Verb } from "../verb.ts";

const maxSize: Flag = {
  names: ["--max-size"],
  value: "SIZE",
  help: "the most that its files may have together (default 8g)",
};

const choice: readonly Flag[] = [
  {
    names: ["--platform"],
    value: "OS/ARCH",
    help: "which of several images (default: wasm, else this machine)",
  },
  { names: ["--tag", "-t"], value: "NAME", help: "which of several images, by its name" },
  maxSize,
];

const packing: readonly Flag[] = [
  { names: ["--output", "-o"], value: "FILE", help: "where to write the image; - is standard output" },
  { names: ["--tag", "-t"], value: "NAME", help: "the image's name, as app:1 or registry.example/app:1" },
  {
    names: ["--base"],
    value: "DIR",
    help: "a directory whose files come along, as a layer beneath the module's",
  },
  {
    names: ["--entrypoint"],
    value: "WORDS",
    help: "what runs: '/app.wasm#main', or a JSON list (default: the module)",
  },
  { names: ["--env", "-e"], value: "NAME=VALUE", help: "a variable of the environment; may be repeated" },
  { names: ["--workdir"], value: "DIR", help: "the working directory (default /)" },
  { names: ["--label"], value: "NAME=VALUE", help: "a label of the config; may be repeated" },
  { names: ["--annotation"], value: "NAME=VALUE", help: "an annotation of the manifest; may be repeated" },
  { names: ["--artifact"], help: "a wasm artifact: the module alone, and no files" },
  {
    names: ["--platform"],
    value: "OS/ARCH|all",
    help: "whom it is for; may be repeated (default all: every engine takes it)",
  },
  { names: ["--compression"], value: "gzip|zstd|none", help: "how layers are compressed (default gzip)" },
  { names: ["--keep-owners"], help: "keep owners and set-id bits of --base, rather than make all root's" },
  { names: ["--format"], value: "archive|layout", help: "one file, or an OCI layout in a new directory" },
];

/** The verbs of `wrun image`. */
export const imageVerbs: readonly Verb[] = [
  {
    name: "image pack",
    operands: "FILE.wasm",
    least: 1,
    most: 1,
    summary: "make an image of a wasm file: the same input gives the same digest",
    flags: packing,
    run: async (call) => (await import("./pack.ts")).packVerb(call),
  },
  {
    name: "image inspect",
    operands: "IMAGE",
    least: 1,
    most: 1,
    summary: "show what is in an image: an archive, or an OCI layout",
    flags: [{ names: ["--format"], value: "text|json", help: "how to show it (default text)" }, maxSize],
    run: async (call) => (await import("./inspect.ts")).inspectVerb(call),
  },
  {
    name: "image unpack",
    operands: "IMAGE DIR",
    least: 2,
    most: 2,
    summary: "make an OCI bundle of an image: rootfs/ and config.json",
    flags: choice,
    run: async (call) => (await import("./unpack.ts")).unpackVerb(call),
  },
  {
    name: "image run",
    operands: "IMAGE [-- ARG…]",
    least: 1,
    most: Infinity,
    summary: "run an image in the embedded sandbox, as its caller",
    flags: [
      ...choice,
      { names: ["--env", "-e"], value: "NAME=VALUE", help: "one variable more; may be repeated" },
    ],
    run: async (call) => (await import("./run.ts")).runVerb(call),
  },
];
