;; A guest that shows what it was given: its arguments, its environment, a file of its root, and what happens
;; when it reaches for a file outside. It uses WASI preview 1 directly, so nothing but an assembler is needed.
(module
  (import "wasi_snapshot_preview1" "args_sizes_get" (func $args_sizes_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "args_get" (func $args_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "environ_sizes_get" (func $environ_sizes_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "environ_get" (func $environ_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_read" (func $fd_read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_open"
    (func $path_open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))

  (memory (export "memory") 2)
  (global $scratch i32 (i32.const 0)) ;; iovec, counts, descriptors
  (global $lists i32 (i32.const 8192)) ;; pointers of argv or environ
  (global $text i32 (i32.const 16384)) ;; their strings, then file contents

  (data (i32.const 256) "tour: arguments\n")
  (data (i32.const 288) "tour: environment\n")
  (data (i32.const 320) "tour: /motd says\n")
  (data (i32.const 352) "tour: ../../../etc/passwd is out of reach, as it should be\n")
  (data (i32.const 448) "tour: ESCAPED: ../../../etc/passwd could be opened\n")
  (data (i32.const 512) "tour: no /motd in this root\n")
  (data (i32.const 544) "  ")
  (data (i32.const 548) "\n")
  (data (i32.const 560) "motd")
  (data (i32.const 576) "../../../etc/passwd")

  (func $print (param $at i32) (param $length i32)
    (i32.store (global.get $scratch) (local.get $at))
    (i32.store offset=4 (global.get $scratch) (local.get $length))
    (drop (call $fd_write (i32.const 1) (global.get $scratch) (i32.const 1) (i32.const 16))))

  (func $length (param $at i32) (result i32)
    (local $end i32)
    (local.set $end (local.get $at))
    (block $done
      (loop $next
        (br_if $done (i32.eqz (i32.load8_u (local.get $end))))
        (local.set $end (i32.add (local.get $end) (i32.const 1)))
        (br $next)))
    (i32.sub (local.get $end) (local.get $at)))

  (func $print_list (param $count i32)
    (local $entry i32)
    (local $string i32)
    (local.set $entry (global.get $lists))
    (block $done
      (loop $next
        (br_if $done (i32.eqz (local.get $count)))
        (local.set $string (i32.load (local.get $entry)))
        (call $print (i32.const 544) (i32.const 2))
        (call $print (local.get $string) (call $length (local.get $string)))
        (call $print (i32.const 548) (i32.const 1))
        (local.set $entry (i32.add (local.get $entry) (i32.const 4)))
        (local.set $count (i32.sub (local.get $count) (i32.const 1)))
        (br $next))))

  ;; Opens a path beneath the first preopen for reading: the errno, with the descriptor at 24.
  (func $open (param $path i32) (param $length i32) (result i32)
    (call $path_open (i32.const 3) (i32.const 1) (local.get $path) (local.get $length) (i32.const 0)
      (i64.const 2) (i64.const 0) (i32.const 0) (i32.const 24)))

  (func $print_file
    (block $done
      (loop $next
        (i32.store (global.get $scratch) (global.get $text))
        (i32.store offset=4 (global.get $scratch) (i32.const 4096))
        (br_if $done (call $fd_read (i32.load (i32.const 24)) (global.get $scratch) (i32.const 1) (i32.const 20)))
        (br_if $done (i32.eqz (i32.load (i32.const 20))))
        (call $print (global.get $text) (i32.load (i32.const 20)))
        (br $next))))

  (func (export "_start")
    (call $print (i32.const 256) (i32.const 16))
    (drop (call $args_sizes_get (i32.const 32) (i32.const 36)))
    (drop (call $args_get (global.get $lists) (global.get $text)))
    (call $print_list (i32.load (i32.const 32)))
    (call $print (i32.const 288) (i32.const 18))
    (drop (call $environ_sizes_get (i32.const 32) (i32.const 36)))
    (drop (call $environ_get (global.get $lists) (global.get $text)))
    (call $print_list (i32.load (i32.const 32)))
    (if (call $open (i32.const 560) (i32.const 4))
      (then (call $print (i32.const 512) (i32.const 28)))
      (else
        (call $print (i32.const 320) (i32.const 17))
        (call $print_file)))
    (if (call $open (i32.const 576) (i32.const 19))
      (then
        (call $print (i32.const 352) (i32.const 59))
        (call $proc_exit (i32.const 0))))
    (call $print (i32.const 448) (i32.const 51))
    (call $proc_exit (i32.const 1))))
