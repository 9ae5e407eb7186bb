// Everything that can be said of the sources without running them: types, lint with the room walls, format, and
// whether the generated code is what the .proto files make.
import { checkGenerated } from "./proto.mjs";
import { installPackages, root, run } from "./setup.mjs";

installPackages();
const bin = `${root}/node_modules/.bin`;
run(`${bin}/tsc`, ["-p", "."]);
run(`${bin}/oxlint`, ["--type-aware", "--deny-warnings"]);
run(`${bin}/oxfmt`, ["--check", "."]);
await checkGenerated();
