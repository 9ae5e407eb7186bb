// Descriptors of .proto files, one for each package, for gRPC's server reflection.
import { existsSync } from "node:fs";
import protobuf from "protobufjs";
import descriptor from "protobufjs/ext/descriptor.js";

// TYPE_MESSAGE and TYPE_ENUM of google/protobuf/descriptor.proto.
const typed = new Set([11, 14]);

/**
 * The packages of `files` (below `folder`, without their ending) and of what they import: name of the file that stands
 * for the package, symbols in it, files that it needs, and its FileDescriptorProto in base64.
 */
export function descriptorsOf(folder, files) {
  const root = new protobuf.Root();
  root.resolvePath = (_, target) => (existsSync(`${folder}/${target}`) ? `${folder}/${target}` : target);
  root.loadSync(
    files.map((name) => `${name}.proto`),
    { keepCase: true },
  );
  const set = root.resolveAll().toDescriptor("proto3");
  return set.file.map((file) => describe(root, file)).sort((a, b) => (a.name < b.name ? -1 : 1));
}

function describe(root, file) {
  const needed = new Set();
  const scope = root.lookup(file.package);
  const resolve = (from, name) => {
    const found = from.lookup(name);
    if (found === null) throw new Error(`${file.package}: ${name} is nowhere`);
    let owner = found.parent;
    while (owner instanceof protobuf.Type) owner = owner.parent;
    const needs = fileName(owner.fullName.slice(1));
    if (needs !== file.name) needed.add(needs);
    return found.fullName;
  };
  file.name = fileName(file.package);
  file.syntax = "proto3";
  for (const message of file.messageType) resolveFields(message, scope.lookup(message.name), resolve);
  for (const service of file.service)
    for (const method of service.method) {
      method.inputType = resolve(scope, method.inputType);
      method.outputType = resolve(scope, method.outputType);
    }
  file.dependency = [...needed].toSorted((a, b) => (a < b ? -1 : 1));
  return {
    name: file.name,
    services: file.service.map(({ name }) => `${file.package}.${name}`),
    symbols: symbolsOf(file),
    dependencies: file.dependency,
    descriptor: Buffer.from(descriptor.FileDescriptorProto.encode(file).finish()).toString("base64"),
  };
}

function resolveFields(message, type, resolve) {
  for (const field of message.field)
    if (typed.has(field.type)) field.typeName = resolve(type, field.typeName);
  for (const nested of message.nestedType) resolveFields(nested, type.lookup(nested.name), resolve);
}

function symbolsOf(file) {
  const names = (message) => [
    message.name,
    ...[...message.nestedType.flatMap(names), ...message.enumType.map(({ name }) => name)].map(
      (name) => `${message.name}.${name}`,
    ),
  ];
  const methods = ({ name, method }) => [name, ...method.map((each) => `${name}.${each.name}`)];
  const all = [
    ...file.messageType.flatMap(names),
    ...file.enumType.map(({ name }) => name),
    ...file.service.flatMap(methods),
  ];
  return all.map((name) => `${file.package}.${name}`);
}

function fileName(packageName) {
  return `${packageName.replaceAll(".", "/")}.proto`;
}
