#!/usr/bin/env bash
# For ctest: this build against the one that MAKEREADY_DEBUG_BUILD names.
exec "$(dirname "${BASH_SOURCE[0]}")/determinism.sh" "$1" "${MAKEREADY_DEBUG_BUILD:-/nonexistent}/tools/command/makeready"
