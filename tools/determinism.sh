#!/usr/bin/env bash
# The same scenario and seed give the same trace in a release and a debug build:
#   determinism.sh RELEASE_BIN DEBUG_BIN [SCENARIO…]
# Exit: 0 the same, 4 different, 77 no debug build to compare with.
set -euo pipefail
release=$1 debug=$2; shift 2
[ $# -gt 0 ] || set -- scenarios/lifecycle/daily_upload.yaml
if [ ! -x "$debug" ]; then echo "skipped: there is no debug build at '$debug' (MAKEREADY_DEBUG_BUILD)"; exit 77; fi
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
trace() { "$1" run "$2" --seed "$3" --no-progress --out "$folder/$4" | sed -n 's/^trace //p'; }
for scenario; do
  for seed in 1 2; do
    a=$(trace "$release" "$scenario" $seed a) b=$(trace "$debug" "$scenario" $seed b)
    if [ -z "$a" ] || [ "$a" != "$b" ]; then
      echo "$scenario, seed $seed: release $a, debug $b; the first events that differ:"
      diff "$folder/a/events.ndjson" "$folder/b/events.ndjson" | head -4 || true
      exit 4
    fi
    echo "$scenario, seed $seed: $a"
  done
done
