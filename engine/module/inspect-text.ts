import { quote } from "../../oci/note.ts";
import { dialectNames } from "./dialect.ts";
import type { Inspection, ModuleReport } from "./inspect.ts";

/** An inspection for people to read. Names are quoted: the file chose them. */
export function formatInspection(inspection: Inspection): string {
  const lines = [
    row("kind", inspection.kind),
    row("size", `${inspection.size} bytes`),
    row("sha256", inspection.sha256),
    ...(inspection.module === undefined ? [] : moduleLines(inspection.module)),
    row("runs here", inspection.runs ? "yes" : "no"),
    ...inspection.problems.map((problem) => `  - ${problem}`),
  ];
  return `${lines.join("\n")}\n`;
}

function moduleLines(module: ModuleReport): string[] {
  return [
    ...(module.name === undefined ? [] : [row("name", quote(module.name))]),
    row("dialect", dialectNames[module.dialect]),
    row("entry", entryText[module.entry]),
    ...module.memories.map((memory) => row("memory", memory)),
    row("functions", String(module.functions)),
    row("code", `${module.codeBytes} bytes`),
    row("data", `${module.dataBytes} bytes`),
    ...(module.startFunction === undefined ? [] : [row("start", `function ${module.startFunction}`)]),
    ...section(
      "imports",
      module.imports.map((entry) => `${quote(entry.module)} ${quote(entry.name)}: ${entry.type}`),
    ),
    ...section(
      "exports",
      module.exports.map((entry) => `${quote(entry.name)}: ${entry.type}`),
    ),
    ...section(
      "custom sections",
      module.custom.map((entry) => `${quote(entry.name)}: ${entry.size} bytes`),
    ),
    ...section(
      "producers",
      module.producers.map((producer) => quote(producer)),
    ),
  ];
}

const entryText: Readonly<Record<ModuleReport["entry"], string>> = {
  command: "a command: _start",
  reactor: "a reactor: name a function with --invoke, or path#function",
  library: "no _start: name a function with --invoke, or path#function",
};

function section(title: string, lines: readonly string[]): string[] {
  return [row(title, String(lines.length)), ...lines.map((line) => `  ${line}`)];
}

function row(name: string, value: string): string {
  return `${`${name}:`.padEnd(17)}${value}`;
}
