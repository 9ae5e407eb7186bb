import { expect, test } from "bun:test";
import { parsePartitions } from "../../../shim/cgroup/block-devices.ts";
import { sizeOfFolder } from "../../../shim/cgroup/huge-pages.ts";
import { readPressure } from "../../../shim/cgroup/pressure.ts";
import { readRdma } from "../../../shim/cgroup/rdma.ts";
import { parseCount, parseCounts, parsePairs, pick } from "../../../shim/cgroup/values.ts";

test("parseCount() reads a number, max, and a count below nothing as 0", () => {
  const texts = ["12\n", "max\n", "-1\n", "9223372036854771712\n"];
  expect(texts.map(parseCount)).toEqual([12, Infinity, 0, 9223372036854771712]);
  expect(["", "\n", "1 2", "0x10", "1e3", "unlimited", undefined].map(parseCount)).toEqual(
    Array(7).fill(undefined),
  );
});

test("parseCounts() and parsePairs() leave out what is no count", () => {
  expect([...parseCounts("a 1\n\nb\nc x\nd 1 2\ne 5\n")]).toEqual([
    ["a", 1],
    ["e", 5],
  ]);
  expect([...parsePairs(["a=1", "b", "c=", "d=1=2", "e=max"])]).toEqual([
    ["a", 1],
    ["e", Infinity],
  ]);
});

test("pick() gives what the kernel has, under the message's names", () => {
  expect(pick(new Map([["pgpgin", 3]]), { pgPgIn: "pgpgin", pgPgOut: "pgpgout" })).toEqual({ pgPgIn: 3 });
});

test("readPressure() reads both lines, one alone (cpu before Linux 5.13), and none", () => {
  const files: Record<string, string> = {
    "io.pressure":
      "some avg10=7.35 avg60=6.08 avg300=4.10 total=32163355\nfull avg10=0.00 avg60=0.10 avg300=0.00 total=7\n",
    "cpu.pressure": "some avg10=0.00 avg60=0.00 avg300=0.00 total=1\n",
    "memory.pressure": "",
  };
  const read = (name: string): string | undefined => files[name];
  expect(readPressure(read, "io.pressure")).toEqual({
    some: { avg10: 7.35, avg60: 6.08, avg300: 4.1, total: 32163355 },
    full: { avg10: 0, avg60: 0.1, avg300: 0, total: 7 },
  });
  expect(readPressure(read, "cpu.pressure")).toEqual({ some: { avg10: 0, avg60: 0, avg300: 0, total: 1 } });
  expect(readPressure(read, "memory.pressure")).toBeUndefined();
  expect(readPressure(read, "irq.pressure")).toBeUndefined();
});

test("readRdma() reads a line a device, and max as the largest of 32 bits", () => {
  const files: Record<string, string> = {
    "rdma.current": "mlx4_0 hca_handle=2 hca_object=2000\nocrdma1 hca_handle=0 hca_object=5\n",
    "rdma.max": "mlx4_0 hca_handle=3 hca_object=max\n\n",
  };
  expect(readRdma((name) => files[name])).toEqual({
    current: [
      { device: "mlx4_0", hcaHandles: 2, hcaObjects: 2000 },
      { device: "ocrdma1", hcaHandles: 0, hcaObjects: 5 },
    ],
    limit: [{ device: "mlx4_0", hcaHandles: 3, hcaObjects: 0xffff_ffff }],
  });
  expect(readRdma(() => undefined)).toBeUndefined();
});

test("sizeOfFolder() says huge page sizes as the files of hugetlb are called", () => {
  const folders = ["hugepages-64kB", "hugepages-2048kB", "hugepages-1048576kB", "other"];
  expect(folders.flatMap(sizeOfFolder)).toEqual(["64KB", "2MB", "1GB"]);
});

test("parsePartitions() knows devices by their numbers", () => {
  const text = "major minor  #blocks  name\n\n 254        0  268435456 vda\n   8       17     523248 sdb1\n";
  expect([...parsePartitions(text)]).toEqual([
    ["254:0", "/dev/vda"],
    ["8:17", "/dev/sdb1"],
  ]);
});
