#!/usr/bin/env bash
# Times the fleet (fleet.yaml) on one processor: wall and processor seconds, peak memory. Exit: that of its verdict.
set -euo pipefail
. "$(cd "$(dirname "${BASH_SOURCE[0]}")/../../tools" && pwd)/setup.sh"
need_packages build
build release makeready
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
TIMEFORMAT='%R s wall, %U s user, %S s system'
peak=0 status=0
fleet() {
  taskset -c 0 "$top/build/release/tools/command/makeready" run "$top/bench/virtual/fleet.yaml" --out "$out" "$@" &
  local pid=$! kib
  while kill -0 $pid 2>/dev/null; do  # the kernel's own high-water mark, as last seen
    kib=$(awk '/^VmHWM/ {print $2}' /proc/$pid/status 2>/dev/null) || kib=
    [ -z "$kib" ] || peak=$kib
    sleep 1
  done
  wait $pid || status=$?
}
time fleet "$@"
echo "$((peak / 1024)) MiB resident at most" >&2
exit $status
