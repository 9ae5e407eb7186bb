// protobufjs looks for a 64-bit class in the globals before it loads the package `long`, which compiles a WebAssembly
// module as it loads (0.3 MB in a program that lives for ever). Imported first, this says that there is one.
Object.assign(globalThis, { Long: {} });
