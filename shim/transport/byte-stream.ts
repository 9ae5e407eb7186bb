/** A connection, in bytes. One reader and one writer at a time. */
export interface ByteStream {
  /** What has come, once something has; undefined at the end, and after close(). */
  read(): Promise<Uint8Array | undefined>;
  /** Resolves once the kernel has all of it. */
  write(bytes: Uint8Array): Promise<void>;
  close(): void;
}
