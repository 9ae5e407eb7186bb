import { expect, test } from "bun:test";
import { cgroupOf } from "../../../shim/cgroup/cgroup.ts";
import { parseCgroupMounts } from "../../../shim/cgroup/cgroup-mounts.ts";
import { parseMembership } from "../../../shim/cgroup/membership.ts";

const pod = "/kubepods.slice/kubepods-burstable.slice/cri-containerd-5f3d.scope";

const unified = `0::${pod}\n`;
const unifiedMounts = `22 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw
29 22 0:26 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime shared:4 - cgroup2 cgroup2 rw,nsdelegate,memory_recursiveprot
`;

const hybrid = `9:name=systemd:/user.slice
8:pids:/pod
7:blkio:/
4:memory:/pod:a
3:cpu,cpuacct:/pod
0::/
`;
const hybridMounts = `31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,relatime - cgroup cgroup rw,cpu,cpuacct
35 31 0:32 / /sys/fs/cgroup/memory rw,relatime shared:9 - cgroup cgroup rw,memory
40 31 0:37 / /sys/fs/cgroup/systemd rw,relatime - cgroup cgroup rw,xattr,name=systemd
41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw
42 31 0:36 / /sys/fs/cgroup/pids\\040too rw,relatime - cgroup cgroup rw,pids
`;

function locate(membership: string, mounts: string): unknown {
  return cgroupOf(parseMembership(membership), parseCgroupMounts(mounts));
}

test("cgroupOf() finds the one folder of cgroup v2", () => {
  expect(locate(unified, unifiedMounts)).toEqual({ version: 2, folder: `/sys/fs/cgroup${pod}` });
});

test("cgroupOf() finds a folder for each controller of v1, and takes a hybrid system for v1", () => {
  expect(locate(hybrid, hybridMounts)).toEqual({
    version: 1,
    folders: new Map([
      ["pids", "/sys/fs/cgroup/pids too/pod"],
      ["memory", "/sys/fs/cgroup/memory/pod:a"],
      ["cpu", "/sys/fs/cgroup/cpu,cpuacct/pod"],
      ["cpuacct", "/sys/fs/cgroup/cpu,cpuacct/pod"],
    ]),
  });
});

test("cgroupOf() finds v2 where v1 has no more than systemd's own hierarchy", () => {
  const mounts =
    "40 31 0:37 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,xattr,name=systemd\n" + unifiedMounts;
  expect(locate("1:name=systemd:/x\n0::/a\n", mounts)).toEqual({ version: 2, folder: "/sys/fs/cgroup/a" });
});

test("cgroupOf() works inside a container, with a cgroup namespace of its own or with only its own cgroup mounted", () => {
  const own = unifiedMounts.replace("0:26 / ", "0:26 /docker/ab12 ");
  expect(locate("0::/docker/ab12/pod/c\n", own)).toEqual({ version: 2, folder: "/sys/fs/cgroup/pod/c" });
  expect(locate("0::/docker/ab12\n", own)).toEqual({ version: 2, folder: "/sys/fs/cgroup" });
  const outer = unifiedMounts.replace("0:26 / ", "0:26 /../.. ");
  expect(locate("0::/../../other\n", outer)).toEqual({ version: 2, folder: "/sys/fs/cgroup/other" });
});

test("cgroupOf() does not guess at what no mount shows", () => {
  expect(locate("0::/../sibling\n", unifiedMounts)).toBeUndefined();
  expect(locate("0::/docker/ab1\n", unifiedMounts.replace("0:26 / ", "0:26 /docker/ab12 "))).toBeUndefined();
  expect(locate(unified, "22 1 254:1 / / rw - ext4 /dev/vda1 rw\n")).toBeUndefined();
  expect(locate("", unifiedMounts)).toBeUndefined();
});

test("cgroupOf() takes the mount on top where several lie at one place", () => {
  const covered = `${unifiedMounts}30 29 0:26 ${pod} /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n`;
  expect(locate(unified, covered)).toEqual({ version: 2, folder: "/sys/fs/cgroup" });
});

test("parseCgroupMounts() and parseMembership() pass over lines that are none", () => {
  expect(parseCgroupMounts("\n - cgroup2\nx - cgroup y z\n1 2 3 4 5 6 - cgroup3 a b\n")).toEqual([]);
  expect(parseMembership("\n:::\n0:x\n0::relative\n5:name=systemd:/\n")).toEqual([]);
});
