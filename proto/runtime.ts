import "./without-long.ts";
import protobuf from "protobufjs/minimal.js";

Reflect.deleteProperty(globalThis, "Long");
// Without a 64-bit class, 64-bit fields decode to numbers, exact up to 2^53.
Object.assign(protobuf.util, { Long: null });
protobuf.configure();

/** What the generated code is written against: protobufjs's smallest runtime. */
export const { Reader, Writer, util, roots } = protobuf;
