// The executable as the build runs it to learn which code a start needs: it ends by the runtime's own exit, which
// writes down what was used (BUN_BYTECODE_ORDER_OUT), where the real one ends at once.
const load = process.dlopen.bind(process);
process.dlopen = (module: { exports: object }, path: string): void => {
  load(module, path);
  module.exports = { ...module.exports, exit: (code: number) => process.exit(code) };
};
await import("../main.ts");
