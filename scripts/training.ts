// The executable as the build runs it to learn which code a start needs: it ends by the runtime's own exit, which
// writes down what was used (BUN_BYTECODE_ORDER_OUT), where the real one ends at once, or becomes another program.
const load = process.dlopen.bind(process);
process.dlopen = (module: { exports: object }, path: string): void => {
  load(module, path);
  const end = (): never => process.exit(0);
  module.exports = { ...module.exports, exit: end, execve: end };
};
await import("../main.ts");
