#!/usr/bin/env bash
# Times the virtual month (month.yaml) on one processor: wall and processor seconds, peak memory. Goal 60 s, floor 120 s.
set -euo pipefail
. "$(cd "$(dirname "${BASH_SOURCE[0]}")/../../tools" && pwd)/setup.sh"
need_packages build
build release makeready
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
TIMEFORMAT='%R s wall, %U s user, %S s system'
time taskset -c 0 "$top/build/release/tools/command/makeready" run "$top/bench/virtual/month.yaml" --out "$out" "$@"
