import { loadPackageDefinition } from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";

const folder = new URL("../../../../proto", import.meta.url).pathname;

/** A service's definition read from its .proto file by gRPC's own loader: nothing of our generated code. */
// eslint-disable-next-line typescript/no-explicit-any -- the library's types know nothing of what it loads
export function loaded(file: string): any {
  const options = { includeDirs: [folder], longs: Number, keepCase: true, enums: Number };
  return loadPackageDefinition(loadSync(file, options));
}
