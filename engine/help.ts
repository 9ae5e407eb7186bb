import { writeText } from "./reports.ts";

const text = `Usage: wrun wasm [flags] FILE [ARG...]

Runs a wasm file (WASI preview 1; binary or text format). It may touch what the flags say, and nothing else.

  --dir HOST[::GUEST[::ro]]    a directory, under the name GUEST; read-only with ::ro
  --file HOST[::GUEST[::ro]]   a single file
  --env NAME=VALUE             a variable; NAME alone takes the value of the caller's
  --listen tcp:HOST:PORT       a listening socket (also unix:PATH)
  --network loopback|namespace|host
                               which network the guest's sockets belong to
  --cwd DIR                    the guest's working directory
  --umask MODE                 permissions that new files do not get, octal (022)
  --argv0 NAME                 the guest's argv[0]
  --invoke NAME                call this exported function instead of _start: ARGs are its parameters, decimal
                               numbers, and its results are printed one a line
  --hide PATH                  a guest path that is never visible
  --readonly PATH              a guest path beneath which nothing can be changed
  --streams DIR                the standard streams by name in DIR: stdin, stdout, stderr, fd/0, fd/1, fd/2
  --max-memory SIZE            most linear memory (64m, 1g): memory.grow fails past it
  --max-files N                most open descriptors
  --max-file-size SIZE         largest file that the guest can write
  --max-cpu SECONDS            most CPU time
  --no-jit                     interpret only: no page is ever writable and executable
  --                           what follows is FILE and ARGs

Exit codes: the guest's own; 134 after a trap; 126 where FILE cannot be run; 127 where it is not there;
128+N after signal N.
`;

/** Prints `wrun wasm --help`. */
export function printHelp(): number {
  writeText(1, text);
  return 0;
}
