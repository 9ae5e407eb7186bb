#!/bin/sh
# Puts wrun on a node, makes it known to the engine there, and takes all of that away again.
#
#   install.sh install      once; a second time changes nothing, and restarts nothing
#   install.sh uninstall    takes away what install has put there, and nothing else
#   install.sh daemon       install, label the node, and wait; when the DaemonSet is deleted, uninstall
#
# It may be killed at any moment: what the next call finds half done it completes.
#
# HOST_ROOT  the node's root directory (default /host)         ENGINE  containerd, crio or k3s (default: what is there)
# NODE_NAME  the node to label (none: no label)                WRUN    the folder of the wrun that is put there
set -eu

HOST_ROOT=${HOST_ROOT:-/host}
# Without a slash at its end: for / itself it is empty.
HOST_ROOT=${HOST_ROOT%/}
ENGINE=${ENGINE:-auto}
WRUN=${WRUN:-/opt/wrun}
prefix=$HOST_ROOT/usr/local
mark=$prefix/lib/wrun-node-installer
# Says that an engine may not have read its configuration as it is: the engine, and the configuration's fingerprint before
# the change, or `changed` from the restart on until that is done.
pending=$mark.restart
k3s=/var/lib/rancher/k3s
rke2=/var/lib/rancher/rke2

say() { echo "wrun-installer: $*"; }
fail() { say "$*" >&2; exit 1; }

# A command on the node itself: in the namespaces of its first process.
on_host() {
  if [ -z "$HOST_ROOT" ]; then "$@"; else nsenter --target 1 --mount --uts --ipc --net --pid -- "$@"; fi
}

wrun() { "$WRUN/wrun" "$@"; }

# wrun's executable is a Bun, which speaks to the API server without a program more in the image.
node_api() { BUN_BE_BUN=1 "$WRUN/wrun" "$WRUN/node-api.mjs" "$@"; }

find_engine() {
  if [ "$ENGINE" != auto ]; then echo "$ENGINE"
  elif [ -d "$HOST_ROOT$k3s/agent/etc/containerd" ] || [ -d "$HOST_ROOT$rke2/agent/etc/containerd" ]; then echo k3s
  elif [ -d "$HOST_ROOT/etc/crio" ] && [ ! -e "$HOST_ROOT/run/containerd/containerd.sock" ]; then echo crio
  else echo containerd
  fi
}

# The files that decide whether an engine must be started anew.
fingerprint() {
  for file in /etc/containerd/config.toml /etc/containerd/conf.d/50-wrun.toml /etc/crio/crio.conf.d/50-wrun.conf \
    $k3s/agent/etc/containerd/config.toml.tmpl $k3s/agent/etc/containerd/config-v3.toml.tmpl \
    $rke2/agent/etc/containerd/config.toml.tmpl $rke2/agent/etc/containerd/config-v3.toml.tmpl; do
    [ -f "$HOST_ROOT$file" ] && { echo "$file"; cat "$HOST_ROOT$file"; }
  done | cksum | tr ' ' -
}

restart() {
  case $1 in
    crio) units=crio ;;
    k3s) units="k3s k3s-agent rke2-server rke2-agent" ;;
    *) units=containerd ;;
  esac
  for unit in $units; do
    if on_host systemctl is-active --quiet "$unit"; then
      say "the configuration has changed: restarting $unit (containers keep running)"
      on_host systemctl restart "$unit"
    fi
  done
}

# Before the first change to an engine's configuration. What a killed call has recorded stays: the engine has not been
# restarted since.
begin_change() {
  [ ! -e "$pending" ] || return 0
  mkdir -p "$prefix/lib"
  record_pending "$1 $(fingerprint)"
}

record_pending() {
  echo "$1" >"$pending.new"
  mv "$pending.new" "$pending"
}

# After the last change: restarts the engine where its configuration is not as it was when the change began.
end_change() {
  read -r engine_before before <"$pending"
  if [ "$before" != "$(fingerprint)" ]; then
    record_pending "$engine_before changed"
    restart "$engine_before"
    [ "$engine_before" = "$1" ] || restart "$1"
  fi
  rm -f "$pending" "$pending.new"
}

# K3s and RKE2 write config.toml themselves, out of a template that may begin with their own.
k3s_folder() {
  for folder in $k3s $rke2; do
    if [ -f "$HOST_ROOT$folder/agent/etc/containerd/config.toml" ]; then echo "$folder"; return; fi
  done
  fail "neither K3s nor RKE2 has written its config.toml yet: start it first"
}

k3s_template() {
  if grep -q '^version = 3' "$1/config.toml"; then echo "$1/config-v3.toml.tmpl"; else echo "$1/config.toml.tmpl"; fi
}

without_block() { sed '/^# BEGIN wrun/,/^# END wrun/d'; }

configure_k3s() {
  folder=$(k3s_folder)
  generated=$HOST_ROOT$folder/agent/etc/containerd
  template=$(k3s_template "$generated")
  runc=$folder/data/current/bin/runc
  if [ -e "$HOST_ROOT$runc" ] && [ ! -e "$HOST_ROOT/etc/wrun/config.toml" ]; then
    mkdir -p "$HOST_ROOT/etc/wrun"
    printf '# Written by the node installer of wrun.\nruntime = "%s"\n' "$runc" >"$HOST_ROOT/etc/wrun/config.toml"
  fi
  # What configure writes for a node that has this config.toml is what the template needs.
  scratch=$(mktemp -d)
  mkdir -p "$scratch/etc/containerd" "$scratch/etc/wrun" "$scratch/usr/local/bin" "$scratch/usr/local/lib/wrun"
  without_block <"$generated/config.toml" >"$scratch/etc/containerd/config.toml"
  : >"$scratch/usr/local/bin/wrun"
  : >"$scratch/usr/local/lib/wrun/ld.so"
  printf 'runtime = "/usr/bin/runc"\n' >"$scratch/etc/wrun/config.toml"
  block=$(wrun configure containerd --host-root "$scratch" --dry-run 2>"$scratch/told" | sed -n '/^# BEGIN wrun/,/^# END wrun/p') || true
  [ -n "$block" ] || fail "$(cat "$scratch/told")"
  rm -r "$scratch"
  {
    if [ -f "$template" ]; then without_block <"$template"; else echo '{{ template "base" . }}'; fi
    echo "$block"
  } >"$template.wrun-new"
  if cmp -s "$template.wrun-new" "$template"; then rm "$template.wrun-new"; else mv "$template.wrun-new" "$template"; fi
}

unconfigure_k3s() {
  for template in "$HOST_ROOT"$k3s/agent/etc/containerd/config.toml.tmpl "$HOST_ROOT"$k3s/agent/etc/containerd/config-v3.toml.tmpl \
    "$HOST_ROOT"$rke2/agent/etc/containerd/config.toml.tmpl "$HOST_ROOT"$rke2/agent/etc/containerd/config-v3.toml.tmpl; do
    rm -f "$template.wrun-new"
    grep -qs '^# BEGIN wrun' "$template" || continue
    without_block <"$template" >"$template.wrun-new"
    if [ "$(cat "$template.wrun-new")" = '{{ template "base" . }}' ]; then
      rm "$template" "$template.wrun-new"
    else
      mv "$template.wrun-new" "$template"
    fi
  done
  if grep -qs '^# Written by the node installer of wrun' "$HOST_ROOT/etc/wrun/config.toml"; then
    rm "$HOST_ROOT/etc/wrun/config.toml"
    rmdir "$HOST_ROOT/etc/wrun" 2>/dev/null || true
  fi
}

install_wrun() {
  [ -d "$HOST_ROOT/etc" ] || fail "$HOST_ROOT/ is no node's root directory: mount it there, or set HOST_ROOT"
  engine=$(find_engine)
  case $engine in
    k3s | containerd | crio) ;;
    *) fail "ENGINE=$engine: it is containerd, crio or k3s" ;;
  esac
  # Somebody's own installation stays theirs: it is used, and not removed later.
  if [ -e "$mark" ] || [ ! -e "$prefix/bin/wrun" ]; then
    mkdir -p "$prefix/lib"
    : >"$mark"
    wrun install --prefix "$prefix"
  else
    say "wrun is installed on this node already: it is left as it is"
  fi
  begin_change "$engine"
  if [ "$engine" = k3s ]; then configure_k3s; else wrun configure "$engine" --host-root "$HOST_ROOT/"; fi
  end_change "$engine"
  say "wrun is ready for $engine"
}

uninstall_wrun() {
  engine=$(find_engine)
  begin_change "$engine"
  for one in containerd crio; do wrun configure "$one" --remove --host-root "$HOST_ROOT/"; done
  unconfigure_k3s
  end_change "$engine"
  if [ -e "$mark" ]; then
    wrun uninstall --prefix "$prefix"
    rm "$mark"
  fi
  say "wrun has been taken away"
}

# A pod ends for many reasons (an upgrade, a drain): wrun is removed only where the DaemonSet was deleted. Without its uid we
# have never seen it, and an answer that there is none says nothing.
end_daemon() {
  # A shell that has just forked takes a TERM for its own, and forgets it.
  [ -z "${!-}" ] || kill -KILL "$!" 2>/dev/null || true
  if [ -n "${NODE_NAME:-}" ] && node_api is-deleted "$uid"; then
    node_api unlabel || say "the label wrun-runtime stays: kubectl label node $NODE_NAME wrun-runtime-" >&2
    uninstall_wrun
  fi
  exit 0
}

daemon() {
  uid=
  trap end_daemon TERM INT
  if [ -n "${NODE_NAME:-}" ]; then uid=$(node_api uid) || true; fi
  install_wrun
  if [ -n "${NODE_NAME:-}" ]; then node_api label; fi
  : >/tmp/ready
  # A shell hears signals while it waits, not while it sleeps.
  while :; do
    sleep 3600 &
    wait "$!" || true
  done
}

case ${1:-} in
  install) install_wrun ;;
  uninstall) uninstall_wrun ;;
  daemon) daemon ;;
  *) fail "usage: install.sh install|uninstall|daemon" ;;
esac
