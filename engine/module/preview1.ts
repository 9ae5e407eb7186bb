/** The module name that every WASI preview 1 import stands under. */
export const preview1Module = "wasi_snapshot_preview1";

/**
 * The 46 functions of WASI preview 1 as core wasm sees them, each as `name:parameters:results` between
 * blanks: `i` is i32, `I` is i64. One string, as every start searches it: a table of objects takes pages.
 * https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md
 */
export const preview1Functions: string =
  " args_get:ii:i args_sizes_get:ii:i clock_res_get:ii:i clock_time_get:iIi:i environ_get:ii:i " +
  "environ_sizes_get:ii:i fd_advise:iIIi:i fd_allocate:iII:i fd_close:i:i fd_datasync:i:i " +
  "fd_fdstat_get:ii:i fd_fdstat_set_flags:ii:i fd_fdstat_set_rights:iII:i fd_filestat_get:ii:i " +
  "fd_filestat_set_size:iI:i fd_filestat_set_times:iIIi:i fd_pread:iiiIi:i " +
  "fd_prestat_dir_name:iii:i fd_prestat_get:ii:i fd_pwrite:iiiIi:i fd_read:iiii:i " +
  "fd_readdir:iiiIi:i fd_renumber:ii:i fd_seek:iIii:i fd_sync:i:i fd_tell:ii:i fd_write:iiii:i " +
  "path_create_directory:iii:i path_filestat_get:iiiii:i path_filestat_set_times:iiiiIIi:i " +
  "path_link:iiiiiii:i path_open:iiiiiIIii:i path_readlink:iiiiii:i path_remove_directory:iii:i " +
  "path_rename:iiiiii:i path_symlink:iiiii:i path_unlink_file:iii:i poll_oneoff:iiii:i " +
  "proc_exit:i: proc_raise:i:i random_get:ii:i sched_yield::i sock_accept:iii:i sock_recv:iiiiii:i " +
  "sock_send:iiiii:i sock_shutdown:ii:i ";

/** `parameters:results` of one of them; undefined where there is no such function. */
export function preview1Signature(name: string): string | undefined {
  if (!/^[a-z_]+$/.test(name)) return undefined;
  const at = preview1Functions.indexOf(` ${name}:`);
  if (at < 0) return undefined;
  return preview1Functions.slice(at + name.length + 2, preview1Functions.indexOf(" ", at + 1));
}
