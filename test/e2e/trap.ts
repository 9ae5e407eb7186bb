import { copyFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { run, temporaryDirectory, wrun, type Ended, type RunOptions } from "../wrun.ts";

/** How a run ended, and whether the trap has sprung meanwhile. */
export interface Outcome extends Ended {
  readonly sprung: boolean;
}

/** Code of an attacker's, as a script and as a library: wherever it runs, it leaves a file. */
export class Trap {
  readonly directory = temporaryDirectory();
  readonly script = `${this.directory}/trap.js`;
  readonly source = `require("node:fs").writeFileSync(${JSON.stringify(`${this.directory}/sprung`)}, "");\n`;
  /** A shared library; undefined where there is no C compiler. */
  readonly library: string | undefined;
  /** A folder of libraries with the names that the executable needs. */
  readonly libraries = `${this.directory}/libraries`;

  constructor() {
    writeFileSync(this.script, this.source);
    this.library = this.#compile();
  }

  #compile(): string | undefined {
    const compiler = ["cc", "gcc", "clang"].find((name) => Bun.which(name) !== null);
    if (compiler === undefined) return undefined;
    const [source, library] = [`${this.directory}/trap.c`, `${this.directory}/trap.so`];
    const constructor = `open(${JSON.stringify(`${this.directory}/sprung`)}, O_CREAT, 0600)`;
    writeFileSync(
      source,
      `#include <fcntl.h>
       unsigned la_version(unsigned version) { return version; }
       __attribute__((constructor)) static void spring(void) { ${constructor}; }\n`,
    );
    if (run([compiler, "-shared", "-fPIC", source, "-o", library]).code !== 0) return undefined;
    mkdirSync(this.libraries);
    copyFileSync(library, `${this.libraries}/libdl.so.2`);
    return library;
  }

  /** Runs the executable. */
  outcome(args: readonly string[], options: RunOptions): Outcome {
    rmSync(`${this.directory}/sprung`, { force: true });
    const ended = run([wrun, ...args], options);
    return { ...ended, sprung: existsSync(`${this.directory}/sprung`) };
  }
}
