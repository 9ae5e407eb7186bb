/**
 * The fields of config.json in the schema of runtime-spec 1.3, as far down as the embedded sandbox tells them apart.
 * https://github.com/opencontainers/runtime-spec/tree/v1.3.0/schema
 */
export const specFields: readonly string[] = [
  ..."ociVersion mounts hostname domainname annotations solaris windows vm zos freebsd".split(" "),
  ...within("root", "path readonly"),
  ...within("hooks", "prestart createRuntime createContainer startContainer poststart poststop"),
  ...within(
    "process",
    "args commandLine consoleSize cwd env terminal capabilities apparmorProfile oomScoreAdj selinuxLabel " +
      "ioPriority noNewPrivileges scheduler rlimits execCPUAffinity",
  ),
  ...within("process.user", "uid gid umask additionalGids username"),
  ...within(
    "linux",
    "devices netDevices uidMappings gidMappings namespaces cgroupsPath rootfsPropagation seccomp sysctl " +
      "maskedPaths readonlyPaths mountLabel intelRdt memoryPolicy personality timeOffsets",
  ),
  ...within("linux.resources", "unified devices pids blockIO cpu hugepageLimits network rdma"),
  ...within(
    "linux.resources.memory",
    "kernel kernelTCP limit reservation swap swappiness disableOOMKiller useHierarchy checkBeforeUpdate",
  ),
];

function within(object: string, names: string): string[] {
  return names.split(" ").map((name) => `${object}.${name}`);
}
