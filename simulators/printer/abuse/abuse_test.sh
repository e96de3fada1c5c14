#!/usr/bin/env bash
# abuse_test.sh MAKEREADY ENGINE: see abuse.py beside it.
command -v python3 >/dev/null || { echo "skipped: no python3"; exit 77; }
exec timeout 900 python3 "$(dirname "$0")/abuse.py" "$@"
