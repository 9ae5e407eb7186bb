// Everything that can be said of the sources without running them: types, lint with the room walls, format.
import { installPackages, root, run } from "./setup.mjs";

installPackages();
const bin = `${root}/node_modules/.bin`;
run(`${bin}/tsc`, ["-p", "."]);
run(`${bin}/oxlint`, ["--type-aware", "--deny-warnings"]);
run(`${bin}/oxfmt`, ["--check", "."]);
