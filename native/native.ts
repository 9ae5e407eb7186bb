/**
 * What the addon `wrun.node` (native/*.c) offers: thin wrappers over system calls. A call that can fail
 * returns its result (>= 0) or -errno; none throws for what the kernel said, and none keeps state but the
 * signal handler. Buffers are passed with offset and length, and the addon checks that both lie inside.
 * A range that leaves its buffer is -EFAULT, a path with a NUL inside -EINVAL, one of PATH_MAX bytes or more
 * -ENAMETOOLONG. A number that is not whole, or a value of a wrong type, is a bug of ours: a TypeError.
 * Wherever a call blocks, it blocks this process: that is the point of it. EINTR is retried inside, as
 * signals that matter end the process in their handler.
 */
export interface Native {
  // ── files by descriptor ──
  close(fd: number): number;
  read(fd: number, buffer: ArrayBufferLike, offset: number, length: number): number;
  write(fd: number, buffer: ArrayBufferLike, offset: number, length: number): number;
  /** `iovs` and `count` name an array of wasm iovecs ({u32 pointer, u32 length}, little-endian) in `memory`. -EFAULT where anything lies outside, -EINVAL past IOV_MAX. */
  readv(fd: number, memory: ArrayBufferLike, iovs: number, count: number): number;
  writev(fd: number, memory: ArrayBufferLike, iovs: number, count: number): number;
  preadv(fd: number, memory: ArrayBufferLike, iovs: number, count: number, position: bigint): number;
  pwritev(fd: number, memory: ArrayBufferLike, iovs: number, count: number, position: bigint): number;
  /** The new position, or -errno, as a bigint. */
  lseek(fd: number, offset: bigint, whence: number): bigint;
  /** Fills `out` (statFields.count entries) by statx(AT_EMPTY_PATH). */
  fstat(fd: number, out: BigInt64Array): number;
  ftruncate(fd: number, size: bigint): number;
  fallocate(fd: number, mode: number, offset: bigint, length: bigint): number;
  fadvise(fd: number, offset: bigint, length: bigint, advice: number): number;
  fsync(fd: number): number;
  fdatasync(fd: number): number;
  /** F_GETFL / F_SETFL. */
  getFlags(fd: number): number;
  setFlags(fd: number, flags: number): number;
  /** FD_CLOEXEC on or off. */
  setCloexec(fd: number, on: boolean): number;
  /** F_DUPFD_CLOEXEC at or above `least`. */
  dup(fd: number, least: number): number;
  dup2(from: number, to: number): number;
  /** memfd_create(2), close-on-exec: an empty file in memory that has no path. `name` is shown in /proc. */
  memfd(name: string): number;
  /** statfs(2) f_type. */
  fsType(fd: number): number;
  /** Raw linux_dirent64 records; 0 at the end. */
  getdents(fd: number, buffer: ArrayBufferLike, offset: number, length: number): number;
  flock(fd: number, operation: number): number;
  isatty(fd: number): boolean;
  /** [rows, columns], or -errno. */
  windowSize(fd: number): readonly [number, number] | number;
  /** TIOCSWINSZ. */
  setWindowSize(fd: number, rows: number, columns: number): number;
  /** pipe2(O_CLOEXEC): [read end, write end], or -errno. */
  pipe(): readonly [number, number] | number;

  // ── files by path, always relative to a directory descriptor (AT_FDCWD = -100) ──
  openat(dirfd: number, path: string, flags: number, mode: number): number;
  /** openat2(2) with RESOLVE_* flags. O_CLOEXEC is always added, here and in openat. */
  openat2(dirfd: number, path: string, flags: number, mode: number, resolve: number): number;
  fstatat(dirfd: number, path: string, flags: number, out: BigInt64Array): number;
  /** faccessat(2) with AT_EACCESS; `mode` is R_OK 4, W_OK 2, X_OK 1 together. -EROFS on a read-only file system. */
  faccessat(dirfd: number, path: string, mode: number): number;
  mkdirat(dirfd: number, path: string, mode: number): number;
  mkfifoat(dirfd: number, path: string, mode: number): number;
  unlinkat(dirfd: number, path: string, flags: number): number;
  renameat(fromDirfd: number, from: string, toDirfd: number, to: string): number;
  linkat(fromDirfd: number, from: string, toDirfd: number, to: string, flags: number): number;
  symlinkat(target: string, dirfd: number, path: string): number;
  /** Bytes written, as readlinkat(2): cut at `length`. */
  readlinkat(dirfd: number, path: string, buffer: ArrayBufferLike, offset: number, length: number): number;
  /** Nanoseconds since 1970; `omitTime` and `nowTime` for UTIME_OMIT and UTIME_NOW. "" with AT_EMPTY_PATH names dirfd itself. */
  utimensat(dirfd: number, path: string, atim: bigint, mtim: bigint, flags: number): number;
  fchmod(fd: number, mode: number): number;
  fchown(fd: number, uid: number, gid: number): number;

  // ── time, randomness, waiting ──
  /** Writes the clock's nanoseconds as a little-endian u64 at `offset`. Clock ids are Linux's. */
  clockTime(id: number, memory: ArrayBufferLike, offset: number): number;
  clockRes(id: number, memory: ArrayBufferLike, offset: number): number;
  getrandom(buffer: ArrayBufferLike, offset: number, length: number): number;
  schedYield(): number;
  /** poll(2) over `count` triples (fd, events, revents) of `fds`; -1n waits for ever. Nanoseconds (ppoll). */
  poll(fds: Int32Array, count: number, timeout: bigint): number;
  /** clock_nanosleep(2); flags 1 = TIMER_ABSTIME. `nanoseconds` is signed: what is negative is -EINVAL. */
  nanosleep(clock: number, flags: number, nanoseconds: bigint): number;

  // ── sockets ──
  /** A listening socket for `tcp:HOST:PORT` (numeric address) or `unix:PATH`, already parsed: family AF_INET, AF_INET6 or AF_UNIX. */
  listen(family: number, address: string, port: number, backlog: number): number;
  /** accept4(2), SOCK_CLOEXEC added. */
  accept(fd: number, flags: number): number;
  /** recvmsg(2) into wasm iovecs; bytes, or -errno. msg_flags of the result go to `outFlags[0]`. */
  recv(
    fd: number,
    memory: ArrayBufferLike,
    iovs: number,
    count: number,
    flags: number,
    outFlags: Int32Array,
  ): number;
  /** sendmsg(2) with MSG_NOSIGNAL. */
  send(fd: number, memory: ArrayBufferLike, iovs: number, count: number, flags: number): number;
  shutdown(fd: number, how: number): number;
  /** getsockopt(SOL_SOCKET, name) as an int. */
  getsockopt(fd: number, name: number): number;
  /** FIONREAD: bytes that can be read now. */
  bytesReadable(fd: number): number;
  /** connect(2) to a unix socket; the descriptor. With SOCK_NONBLOCK in `flags`, -EAGAIN where the listener's queue is full. */
  connectUnix(path: string, flags: number): number;
  /** SO_PEERCRED: who connected, or who listens. 4294967295 (no user) where the descriptor is not connected, or is no unix socket. */
  peerUid(fd: number): number;
  /** The same: whose process. 0 where that is in another PID namespace. */
  peerPid(fd: number): number;
  /** One descriptor by SCM_RIGHTS with one byte of payload. */
  sendFd(socket: number, fd: number): number;
  recvFd(socket: number): number;
  /**
   * socketpair(2) of type SOCK_SEQPACKET, both ends close-on-exec and non-blocking: [receiver, sender], or -errno. The
   * receiver has SO_PASSCRED set, so that receiveMessage() says who has sent a message.
   */
  messagePair(): readonly [number, number] | number;
  /**
   * recvmsg(2) of one message: [bytes, the sender's pid as the kernel knows it], or -errno; 0 bytes once every sender has
   * closed its end. The pid is 0 where the receiver cannot see that process. -EMSGSIZE where the message was longer.
   */
  receiveMessage(
    fd: number,
    buffer: ArrayBufferLike,
    offset: number,
    length: number,
  ): readonly [number, number] | number;

  // ── this process ──
  /** _exit(2): no handlers, no flush, at once. */
  exit(code: number): never;
  getpid(): number;
  getppid(): number;
  getuid(): number;
  getgid(): number;
  geteuid(): number;
  /** The environment as it was given, undecodable entries left out. */
  environ(): string[];
  /** Takes the last `count` entries out of it: what execve hands on no longer has them. */
  cutEnviron(count: number): number;
  chdir(path: string): number;
  umask(mask: number): number;
  /** [soft, hard], -1 for infinity, at most 2^53, or -errno. */
  getrlimit(resource: number): readonly [number, number] | number;
  setrlimit(resource: number, soft: number, hard: number): number;
  /** prctl(option, argument). */
  prctl(option: number, argument: number): number;
  /**
   * Only returns on failure, with -errno. Descriptors without close-on-exec stay open. Words that are no UTF-8 are
   * given as their bytes; without `env` the program gets our environment, byte for byte.
   */
  execve(path: string, argv: readonly (string | Uint8Array)[], env?: readonly string[]): number;
  /**
   * Installs the C handler for each of `signals`: it writes `{"report":"signalled","signal":N}\n` to
   * `statusFd` (if >= 0) and ends the process with 128+N. Works in a busy loop and as PID 1.
   */
  exitOnSignals(signals: readonly number[], statusFd: number): number;
  /** SIG_IGN for one signal. */
  ignoreSignal(signal: number): number;
  /** Raises `signal` with its default action restored and unblocked: the process ends by it. */
  raiseDefault(signal: number): number;

  // ── other processes ──
  kill(pid: number, signal: number): number;
  /** posix_spawn: the pid, or -errno. */
  spawn(options: SpawnOptions): number;
  /**
   * waitid(P_PID) for exactly this child. `flags`: 1 = WNOHANG. [code, status] with code 1 exited, 2 killed,
   * 3 dumped (CLD_*); 0 where it still runs; or -errno.
   */
  waitpid(pid: number, flags: number): readonly [number, number] | number;
  /** The pid of some child that is dead and not yet waited for, which it stays; 0 for none, or -errno. */
  deadChild(): number;
  /** pidfd_open(2). */
  pidfdOpen(pid: number): number;
  /**
   * How the process of a pidfd ended, nobody's child of ours: as wait(2) has it. -EAGAIN before its parent has waited for it, -ESRCH for a moment then,
   * -ENOTTY, -EINVAL from a kernel that does not tell (before Linux 6.15).
   */
  pidfdExit(fd: number): number;
  /** From now on each of `signals` is kept for the child that waitForwarding() will wait for, and does not end us. */
  holdSignals(signals: readonly number[]): number;
  /**
   * Waits for the child `pid` and meanwhile passes each of `signals` that arrives on to it. Result as waitpid.
   */
  waitForwarding(pid: number, signals: readonly number[]): readonly [number, number] | number;

  // ── file systems ──
  /** mount(2): `flags` are MS_*, `data` the file system's own options. */
  mount(source: string, target: string, type: string, flags: number, data: string): number;
  /** umount2(2) with MNT_* flags. */
  umount(target: string, flags: number): number;

  // ── many descriptors at once (epoll(7), in a thread of its own) ──
  /** Starts the thread; it calls `ready` on the event loop, which it keeps alive. Called again it begins anew: what was watched before is not any more. */
  watchStart(ready: (fd: number, ticket: number, events: number) => void): number;
  /** Asks for one call of `ready` when any of the EPOLL* `events` is there; `ticket` comes back with it. -EPERM for a regular file. */
  watchArm(fd: number, ticket: number, events: number): number;
  /** Asks for none any more. One that is on its way may still come. */
  watchForget(fd: number): number;
  /** eventfd(2), close-on-exec and non-blocking. */
  eventfd(): number;
  /** From now on each `signal` adds one to the eventfd `fd`, and does nothing else. */
  signalTo(signal: number, fd: number): number;
}

/** What `spawn` starts. Every descriptor of ours that is not named is closed in the child. */
export interface SpawnOptions {
  readonly path: string;
  /** argv[0] included. */
  readonly argv: readonly string[];
  readonly env: readonly string[];
  readonly cwd?: string;
  /** Index = descriptor in the child; value = ours, or -1 for /dev/null. */
  readonly fds: readonly number[];
  /** Start a session of its own. */
  readonly setsid?: boolean;
  /** The soft limit of open files that it gets; ours where it is left out. */
  readonly openFiles?: number;
}

/**
 * Indices into the array that fstat and fstatat fill. Times are nanoseconds since 1970, the ends of 64 bits
 * where a time lies beyond them; `mountId` is -1 where the kernel does not tell it (before Linux 5.8).
 */
export const statFields = {
  dev: 0,
  ino: 1,
  mode: 2,
  nlink: 3,
  size: 4,
  atim: 5,
  mtim: 6,
  ctim: 7,
  rdev: 8,
  uid: 9,
  gid: 10,
  blocks: 11,
  mountId: 12,
  count: 13,
} as const;

/** utimensat: leave this time alone. */
export const omitTime = -(2n ** 63n);
/** utimensat: the time of the call. */
export const nowTime = omitTime + 1n;

/** `openat` and friends relative to the working directory. */
export const atFdcwd = -100;

/** The directory of the executable and its addon: in a container, where the engine is mounted. */
export const engineFolder: string = folderOf(executable());

/** The loaded addon. */
export const native: Native = loadAddon();

function loadAddon(): Native {
  const module = { exports: {} };
  process.dlopen(module, `${engineFolder}/wrun.node`);
  return module.exports as Native;
}

// A compiled executable keeps its addon beside itself, and looks nowhere else: a working directory must not
// be able to offer one. Run from sources (tests), it is the one that the build put in dist/.
function executable(): string {
  const compiled = import.meta.url.includes("/$bunfs/");
  return compiled ? process.execPath : new URL("../dist/wrun", import.meta.url).pathname;
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/"));
}
