import { expect, test } from "bun:test";
import { verified } from "../../../shim/artifact/verified.ts";
import type { Descriptor } from "../../../oci/image/descriptor.ts";
import { FakeContent, leastModule } from "./fake-content.ts";

async function read(content: FakeContent, descriptor: Descriptor): Promise<number[]> {
  const bytes: number[] = [];
  for await (const part of verified(content, descriptor)) bytes.push(...part);
  return bytes;
}

for (const algorithm of ["sha256", "sha512"])
  test(`verified() gives a blob whose ${algorithm} digest is right, whatever its parts`, async () => {
    const content = new FakeContent();
    const descriptor = content.add("application/wasm", leastModule, algorithm);
    for (content.part of [1, 3, 100]) expect(await read(content, descriptor)).toEqual([...leastModule]);
  });

test("verified() throws where the bytes are others, fewer or more than was said", async () => {
  const content = new FakeContent();
  const descriptor = content.add("application/wasm", leastModule);
  const cases: [Uint8Array, string][] = [
    [Uint8Array.from(leastModule).fill(9, 7), "is the digest of other bytes"],
    [leastModule.subarray(1), "has 7 bytes, not the 8 that were said"],
    [Uint8Array.of(...leastModule, 0), "is longer than the 8 bytes that were said"],
  ];
  for (const [bytes, problem] of cases) {
    content.blobs.set(descriptor.digest, bytes);
    const error = await read(content, descriptor).catch((thrown: unknown) => thrown);
    expect(String(error)).toContain(`${descriptor.digest} ${problem}`);
  }
});
