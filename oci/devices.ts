/**
 * What crun and runc make in every /dev beside the devices: ways to the kernel, to other terminals, and to memory that
 * containers of a pod share. The engine itself keeps a guest from devices that are not harmless, and its own standard
 * streams stand where the runtimes make links into /proc.
 * https://github.com/opencontainers/runtime-spec/blob/main/runtime-linux.md#dev-symbolic-links
 */
export const deviceLinks = ["/dev/core", "/dev/ptmx", "/dev/shm"];

/** The devices in every /dev that a guest may open. */
export const harmlessDevices = ["full", "null", "random", "tty", "urandom", "zero"].map(
  (name) => `/dev/${name}`,
);
