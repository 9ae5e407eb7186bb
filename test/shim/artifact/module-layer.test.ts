import { expect, test } from "bun:test";
import { WrunError } from "../../../oci/error.ts";
import { findModuleLayer } from "../../../shim/artifact/module-layer.ts";
import { refusal } from "./refusal.ts";
import { FakeContent, leastModule } from "./fake-content.ts";

const index = "application/vnd.oci.image.index.v1+json";
const tar = "application/vnd.oci.image.layer.v1.tar+gzip";

const types = [
  "application/wasm",
  "application/vnd.bytecodealliance.wasm.component.layer.v0+wasm",
  "application/vnd.wasm.content.layer.v1+wasm",
  "application/vnd.module.wasm.content.layer.v1+wasm",
];

for (const type of types)
  test(`findModuleLayer() takes a layer of type ${type}, and passes over others`, async () => {
    const content = new FakeContent();
    const files = content.add(tar, Uint8Array.of(1));
    const module = content.add(type, leastModule);
    const target = content.addDocument({ layers: [files, module] });
    expect(await findModuleLayer(content, target)).toEqual(module);
  });

test("findModuleLayer() finds none in a usual image, whose layers are not read", async () => {
  const content = new FakeContent();
  const layers = [content.add(tar, Uint8Array.of(1)), content.add(tar, Uint8Array.of(2))];
  const target = content.addDocument({ config: {}, layers });
  expect(await findModuleLayer(content, target)).toBeUndefined();
  expect(content.log).toEqual([target.digest]);
});

test("findModuleLayer() refuses an image of several modules, and says how many", async () => {
  const content = new FakeContent();
  const layers = [
    content.add("application/wasm", leastModule),
    content.add("application/wasm", Uint8Array.of(1)),
  ];
  expect(await refusal(findModuleLayer(content, content.addDocument({ layers })))).toContain(
    "the image has 2 wasm modules",
  );
});

const platforms: readonly (readonly [string, readonly (readonly [string, string] | undefined)[], number])[] =
  [
    ["the only one for wasm", [["linux", "amd64"], ["wasi", "wasm"], undefined], 1],
    [
      "wasip1 before wasi and wasip2",
      [
        ["wasip2", "wasm"],
        ["wasi", "wasm"],
        ["wasip1", "wasm"],
      ],
      2,
    ],
    [
      "wasi before a system that it does not know",
      [
        ["js", "wasm"],
        ["wasi", "wasm32"],
      ],
      1,
    ],
    ["the only one, which names no platform", [undefined], 0],
    [
      "none where all are for machines",
      [
        ["linux", "amd64"],
        ["linux", "arm64"],
      ],
      -1,
    ],
    ["none of several that name no platform", [undefined, undefined], -1],
    ["none where the only one is for a machine", [["linux", "amd64"]], -1],
  ];

for (const [what, entries, expected] of platforms)
  test(`findModuleLayer() takes of an index ${what}`, async () => {
    const content = new FakeContent();
    const modules = entries.map((_, at) => content.add("application/wasm", Uint8Array.of(at)));
    const manifests = entries.map((platform, at) => ({
      ...content.addDocument({ layers: [modules[at]] }),
      ...(platform && { platform: { os: platform[0], architecture: platform[1] } }),
    }));
    const found = await findModuleLayer(content, content.addDocument({ manifests }, index));
    expect(found).toEqual(modules[expected]);
  });

test("findModuleLayer() does not follow indexes for ever", async () => {
  const content = new FakeContent();
  let target = content.addDocument({ layers: [] });
  for (let depth = 0; depth < 5; depth++) target = content.addDocument({ manifests: [target] }, index);
  expect(await refusal(findModuleLayer(content, target))).toContain("its indexes are nested too deeply");
});

const broken: readonly (readonly [string, unknown])[] = [
  ["is no JSON object", "{"],
  ["is no JSON object", "null"],
  ["is no JSON object", "1"],
  ["layer 0 has no media type", { layers: [null] }],
  [
    "layer 1 has no media type",
    { layers: [{ mediaType: "a", digest: `sha256:${"0".repeat(64)}`, size: 1 }, {}] },
  ],
  [
    'layer 0 has the digest "md5:00", which is neither sha256 nor sha512',
    { layers: [{ mediaType: "application/wasm", digest: "md5:00", size: 1 }] },
  ],
  [
    'layer 0 has the digest "sha256:../../../etc/passwd',
    {
      layers: [
        { mediaType: "application/wasm", digest: `sha256:../../../etc/passwd${"0".repeat(64)}`, size: 1 },
      ],
    },
  ],
  ["layer 0 has no size", { layers: [{ mediaType: "a", digest: `sha256:${"0".repeat(64)}`, size: 1.5 }] }],
  [
    "its wasm module is over 1 GiB",
    { layers: [{ mediaType: "application/wasm", digest: `sha256:${"0".repeat(64)}`, size: 2 ** 30 + 1 }] },
  ],
];

for (const [problem, document] of broken)
  test(`findModuleLayer() says of a broken image: ${problem}`, async () => {
    const content = new FakeContent();
    const error = await findModuleLayer(content, content.addDocument(document)).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(WrunError);
    expect(error).toMatchObject({ code: "invalid" });
    expect(String(error)).toContain(problem);
  });

test("findModuleLayer() reads no manifest that is said to be over 4 MiB", async () => {
  const content = new FakeContent();
  const target = { ...content.addDocument({ layers: [] }), size: 4 * 2 ** 20 + 1 };
  expect(await refusal(findModuleLayer(content, target))).toContain("is over 4 MiB");
  expect(content.log).toEqual([]);
});
