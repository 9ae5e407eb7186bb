#!/bin/sh
# What crun and runc do, as far as a shim sees it. A container's process waits at a FIFO for `start`, and then runs run.sh
# of its bundle; `exec` runs exec.sh. In the folder of the containers, `fail-VERB` holds what that verb fails with,
# `shell-VERB` what it does before anything else, `end-VERB` what after it; `calls` has the words of each call.
log=/dev/null
while :; do
  case "$1" in
    --root) root=$2; shift 2 ;;
    --log) log=$2; shift 2 ;;
    --log-format) shift 2 ;;
    --systemd-cgroup) shift ;;
    *) break ;;
  esac
done
verb=$1
shift
echo "$verb $*" >>"$root/calls"
while :; do
  case "$1" in
    --bundle) bundle=$2; shift 2 ;;
    --pid-file) pidfile=$2; shift 2 ;;
    --process) cp "$2" "$root/process.json"; shift 2 ;;
    --console-socket | --format | --resources) shift 2 ;;
    --*) shift ;;
    *) break ;;
  esac
done
state=$root/$1
fail() {
  printf '{"level":"error","msg":"%s"}\n' "$1" >>"$log"
  exit 1
}
# Leaves a process behind that is not this shell's child: a shell may wait for those.
leave() {
  rm -f "$pidfile"
  setsid -f sh -c "echo \$\$ >'$pidfile.new' && mv '$pidfile.new' '$pidfile'; $1" "$bundle" <&3 3<&-
  until [ -s "$pidfile" ]; do sleep 0.002; done
}
[ -f "$root/shell-$verb" ] && . "$root/shell-$verb"
[ -f "$root/fail-$verb" ] && fail "$(cat "$root/fail-$verb")"
[ "$verb" = create ] || [ -d "$state" ] || fail "container $1 does not exist"
exec 3<&0
case "$verb" in
  create)
    mkdir "$state" || fail "container $1 exists"
    mkfifo "$state/gate"
    echo "$bundle" >"$state/bundle"
    # Open for both ends: neither the process nor `start` waits for the other here.
    exec 4<>"$state/gate"
    leave 'read -r _ <&4 && exec sh "$0/run.sh" 4<&-'
    cat "$pidfile" >"$state/pid"
    ;;
  start) echo >"$state/gate" ;;
  exec)
    bundle=$(cat "$state/bundle")
    leave 'exec sh "$0/exec.sh"'
    ;;
  kill) kill -s "$2" "$(cat "$state/pid")" || fail "kill: no such process" ;;
  delete)
    kill -s KILL "$(cat "$state/pid")"
    rm -r "$state"
    ;;
  ps) echo "[$(cat "$state/pid")]" ;;
  update) cat >"$root/resources" ;;
esac
[ ! -f "$root/end-$verb" ] || . "$root/end-$verb"
