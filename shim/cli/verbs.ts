import type { Flag } from "./argv.ts";
import { imageVerbs } from "./image/verbs.ts";
import type { Verb } from "./verb.ts";

const bundle: Flag = { names: ["--bundle", "-b"], value: "DIR", help: "the OCI bundle (default: here)" };
const format: Flag = {
  names: ["--format", "-f"],
  value: "table|json",
  help: "how to show it (default table)",
};

const creation: readonly Flag[] = [
  bundle,
  { names: ["--config", "-f"], value: "FILE", help: "the file in the bundle to read instead of config.json" },
  { names: ["--pid-file"], value: "FILE", help: "write the process's pid to FILE" },
  { names: ["--preserve-fds"], value: "N", help: "let the process inherit descriptors 3 to 2+N" },
  { names: ["--console-socket"], value: "SOCKET", help: "only the kernel sandbox has it" },
  { names: ["--no-pivot"], help: "accepted, without effect in the embedded sandbox" },
  { names: ["--no-new-keyring"], help: "accepted, without effect in the embedded sandbox" },
  { names: ["--no-subreaper"], help: "accepted, without effect in the embedded sandbox" },
];

const installation: readonly Flag[] = [
  { names: ["--prefix"], value: "DIR", help: "where to (default /usr/local)" },
  { names: ["--dry-run"], help: "only tell what would be written or removed" },
];

const configuration: readonly Flag[] = [
  { names: ["--set-as-default"], help: "make wrun the runtime that is used when none is named" },
  { names: ["--remove"], help: "take away what configure has written, and nothing else" },
  { names: ["--dry-run"], help: "write nothing: the file goes to standard output" },
  {
    names: ["--prefix"],
    value: "DIR",
    help: "where wrun is installed (default: where this one is, /usr/local)",
  },
  { names: ["--host-root"], value: "DIR", help: "the host's root directory, for installers (default /)" },
];

/** Every verb. Their files are loaded only when they are called. */
export const verbs: readonly Verb[] = [
  {
    name: "run",
    operands: "ID",
    least: 1,
    most: 1,
    summary: "create a container, start it, wait for its end and remove it",
    flags: [
      ...creation,
      { names: ["--detach", "-d"], help: "return as soon as the guest runs" },
      { names: ["--keep"], help: "leave the container in place after its end" },
    ],
    tells: true,
    run: async (call) => (await import("./run.ts")).runVerb(call),
  },
  {
    name: "create",
    operands: "ID",
    least: 1,
    most: 1,
    summary: "create a container; its guest waits for start",
    flags: creation,
    tells: true,
    run: async (call) => (await import("./create.ts")).createVerb(call),
  },
  {
    name: "start",
    operands: "ID",
    least: 1,
    most: 1,
    summary: "let the guest of a created container run",
    flags: [],
    tells: true,
    run: async (call) => (await import("./start.ts")).startVerb(call),
  },
  {
    name: "state",
    operands: "ID",
    least: 1,
    most: 1,
    summary: "show a container's state as OCI JSON",
    flags: [],
    run: async (call) => (await import("./state.ts")).stateVerb(call),
  },
  {
    name: "kill",
    operands: "ID [SIGNAL]",
    least: 1,
    most: 2,
    summary: "send a signal, by name or number (default TERM)",
    flags: [{ names: ["--all", "-a"], help: "to all processes of the container: there is one" }],
    run: async (call) => (await import("./kill.ts")).killVerb(call),
  },
  {
    name: "delete",
    operands: "ID",
    least: 1,
    most: 1,
    summary: "remove a container that does not run",
    flags: [{ names: ["--force", "-f"], help: "kill it first; no error where there is none" }],
    tells: true,
    run: async (call) => (await import("./delete.ts")).deleteVerb(call),
  },
  {
    name: "list",
    operands: "",
    least: 0,
    most: 0,
    summary: "show all containers",
    flags: [format, { names: ["--quiet", "-q"], help: "ids only" }],
    run: async (call) => (await import("./list.ts")).listVerb(call),
  },
  {
    name: "plan",
    operands: "",
    least: 0,
    most: 0,
    summary: "show what a bundle's guest would get, from which field, and what not",
    flags: [bundle, { names: ["--format", "-f"], value: "text|json", help: "how to show it (default text)" }],
    run: async (call) => (await import("./plan.ts")).planVerb(call),
  },
  {
    name: "spec",
    operands: "",
    least: 0,
    most: 0,
    summary: "write a config.json to start from",
    flags: [
      { names: ["--bundle", "-b"], value: "DIR", help: "where to write config.json (default: here)" },
      {
        names: ["--wasm"],
        value: "FILE",
        help: "the module to run: it is mounted, read-only, and a rootfs is made",
      },
    ],
    run: async (call) => (await import("./spec.ts")).specVerb(call),
  },
  {
    name: "inspect",
    operands: "FILE",
    least: 1,
    most: 1,
    summary: "show what a wasm file is and whether it can run here",
    flags: [{ names: ["--format"], value: "text|json", help: "how to show it (default text)" }],
    run: async (call) => (await import("./inspect.ts")).inspectVerb(call),
  },
  {
    name: "image",
    operands: "pack|inspect|unpack|run",
    least: 0,
    most: 0,
    summary: "build, look into, unpack and run images",
    flags: [],
    verbs: imageVerbs,
    run: () => Promise.resolve(0),
  },
  {
    name: "install",
    operands: "",
    least: 0,
    most: 0,
    summary: "install this executable and what it needs",
    flags: [
      ...installation,
      { names: ["--complete"], value: "DIR", help: "for builds: put the loader and the C library into DIR" },
    ],
    run: async (call) => (await import("./install.ts")).installVerb(call),
  },
  {
    name: "uninstall",
    operands: "",
    least: 0,
    most: 0,
    summary: "take away what install has put there",
    flags: installation,
    run: async (call) => (await import("./install.ts")).uninstallVerb(call),
  },
  {
    name: "configure",
    operands: "podman|crio|docker|containerd|monitor",
    least: 1,
    most: 1,
    summary:
      "make wrun known to a container engine, by a file of its configuration; or its monitor a service",
    flags: configuration,
    run: async (call) => (await import("./configure.ts")).configureVerb(call),
  },
  {
    name: "monitor",
    operands: "",
    least: 0,
    most: 0,
    summary: "tell of every container's life over gRPC, whichever way it came",
    flags: [
      {
        names: ["--listen"],
        value: "ADDRESS",
        help: "unix:///PATH or tcp://HOST:PORT, several with commas (default unix:///run/wrun/events.sock)",
      },
      { names: ["--metrics"], value: "HOST:PORT", help: "answer Prometheus at /metrics" },
      { names: ["--tls-cert"], value: "FILE", help: "the certificate for tcp://, PEM" },
      { names: ["--tls-key"], value: "FILE", help: "its key" },
      { names: ["--tls-ca"], value: "FILE", help: "who signs the certificates of callers" },
      { names: ["--watch"], help: "show the containers of the monitor that runs, in the terminal" },
    ],
    run: async (call) => (await import("./monitor.ts")).monitorVerb(call),
  },
];

/** The verb of that name. */
export function findVerb(name: string, among: readonly Verb[] = verbs): Verb | undefined {
  return among.find((verb) => verb.name === name);
}
