#!/usr/bin/env bash
# alone_test.sh BUILD_DIR [CMake arguments]: configures conformance as a project of its own, builds its program and its tests, and runs the unit
# tests. Nothing of the rest is linked. (That nothing of it is included is held by tidy/layers.) With the flags of the build around it, a compiler
# cache makes this a matter of seconds.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
build=$1; shift
mkdir -p "$build"
cmake -S "$here" -B "$build" -G Ninja "$@" >"$build/configure.log" 2>&1 || { cat "$build/configure.log"; exit 1; }
ninja -C "$build" >"$build/build.log" 2>&1 || { tail -n 40 "$build/build.log"; exit 1; }
ctest --test-dir "$build" -L unit --output-on-failure --no-tests=error
"$build/suites/makeready-suite" server --list | tail -n 1
