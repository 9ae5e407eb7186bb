import { initWords } from "./engine-init.ts";
import type { Grant } from "./grant.ts";
import type { GrantInput } from "./grant-input.ts";
import { homeOf } from "./home.ts";
import { list, quote, show } from "./note.ts";
import { broken } from "./shape.ts";

/** argv, environ and working directory, from `process` and `hostname`. */
export function grantProcess(
  input: GrantInput,
): Pick<Grant, "args" | "env" | "cwd" | "module" | "hostModule" | "invoke"> {
  const { workload } = input;
  const field = `process.args[${entrypointIndex(input)}]`;
  const invoke = workload.invoke === undefined ? {} : { invoke: sound(workload.invoke, field) };
  return {
    module: sound(workload.module, field),
    ...(workload.rule === "artifact" ? { hostModule: true } : {}),
    ...invoke,
    args: args(input),
    env: env(input),
    cwd: cwd(input),
  };
}

/** A string that can be an argument, a variable or a path; else an error that names the field. */
export function sound(text: string, field: string): string {
  if (text.includes("\0")) throw broken(field, "holds a NUL byte");
  if (!text.isWellFormed()) throw broken(field, "is no text: it holds half of a surrogate pair");
  return text;
}

function entrypointIndex({ workload }: GrantInput): number {
  return workload.init === undefined ? 0 : initWords;
}

function args(input: GrantInput): string[] {
  const { spec, workload, remarks } = input;
  const at = entrypointIndex(input);
  const [argv0 = "", ...rest] = (spec.process?.args ?? []).slice(at);
  if (workload.init !== undefined)
    remarks.drop("process.args[0]", `${show(workload.init)} is not started: ${noInit}`);
  if (workload.invoke !== undefined)
    remarks.grant(`process.args[${at}]`, `function ${show(workload.invoke)}`);
  remarks.grant("process.args", `module ${show(workload.module)}, ${count(rest.length, "argument")}`);
  rest.forEach((argument, index) => sound(argument, `process.args[${at + 1 + index}]`));
  return [sound(workload.argv0 === "" ? argv0 : workload.argv0, `process.args[${at}]`), ...rest];
}

const noInit = "a guest needs no init, as it ends on signals by itself and has no children";

// The last entry of a name wins, as with setenv in crun and runc; a guest's getenv would find the first.
function env({ spec, probe, remarks }: GrantInput): string[] {
  const entries = new Map<string, string>();
  (spec.process?.env ?? []).forEach((entry, index) => {
    const equals = sound(entry, `process.env[${index}]`).indexOf("=");
    if (equals <= 0) return remarks.drop(`process.env[${index}]`, `${quote(entry)} is not NAME=value`);
    entries.delete(entry.slice(0, equals));
    entries.set(entry.slice(0, equals), entry);
  });
  if (entries.size > 0) remarks.grant("process.env", `variables ${list([...entries.keys()], 8)}`);
  if (!entries.has("HOME")) {
    const value = homeOf(spec.process?.user?.uid ?? 0, probe);
    addMissing(entries, "HOME", { value, field: "process.user.uid", remarks });
  }
  addMissing(entries, "PWD", { value: spec.process?.cwd, field: "process.cwd", remarks });
  addMissing(entries, "HOSTNAME", { value: spec.hostname, field: "hostname", remarks });
  return [...entries.values()];
}

interface Missing {
  readonly value: string | undefined;
  readonly field: string;
  readonly remarks: GrantInput["remarks"];
}

function addMissing(entries: Map<string, string>, name: string, { value, field, remarks }: Missing): void {
  if (value === undefined || value === "" || entries.has(name)) return;
  entries.set(name, `${name}=${sound(value, field)}`);
  remarks.grant(field, `variable ${name}`);
}

function cwd({ spec, remarks }: GrantInput): string {
  const path = spec.process?.cwd;
  if (path === undefined) throw broken("process.cwd", "is missing");
  if (!path.startsWith("/")) throw broken("process.cwd", `is ${quote(path)}, not an absolute path`);
  remarks.grant("process.cwd", `working directory ${show(path)}`);
  return sound(path, "process.cwd");
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
