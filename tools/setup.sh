# Sourced by tools/makeready and tools/check: what a fresh Debian 12 lacks, and the build.
#
#   need_packages build test …   installs what tools/packages.txt names for these and is missing; where it may not, prints the
#                                one command to run and exits 3
#   build PRESET TARGET…         configures once and builds; prints the end of the log and exits 3 if that fails

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
jobs=$(nproc)

need_packages() {
  local kind package missing=()
  for kind in "$@"; do
    while read -r package; do
      [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
    done < <(awk -v kind="$kind" '$1 == kind {print $2}' "$top/tools/packages.txt")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  local as=()
  if [ "$(id -u)" -ne 0 ]; then
    if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
      as=(sudo -n)
    else
      echo "makeready needs Debian packages that are not installed. Run this once, then try again:" >&2
      echo "  sudo apt-get update && sudo apt-get install --no-install-recommends ${missing[*]}" >&2
      exit 3
    fi
  fi
  echo "installing ${#missing[@]} Debian packages: ${missing[*]}" >&2
  local log; log=$(mktemp)
  if ! { "${as[@]}" apt-get update &&
         "${as[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    echo "the packages could not be installed (log: $log)" >&2
    exit 3
  fi
  rm -f "$log"
}

build() {
  local preset=$1; shift
  local out="$top/build/$preset" log="$top/build/$preset.log"
  mkdir -p "$out"
  (
    flock 9
    if [ ! -f "$out/build.ninja" ]; then
      echo "configuring $preset" >&2
      if ! (cd "$top" && cmake --preset "$preset") >"$log" 2>&1; then
        tail -n 30 "$log" >&2; echo "configuring failed (log: $log)" >&2; exit 3
      fi
    fi
    # Say that a build takes place only where there is something to do.
    if ! ninja -C "$out" -n "$@" 2>/dev/null | grep -q 'no work to do'; then
      [ -t 2 ] && echo "building $preset with $jobs jobs: a first build takes some minutes" >&2
      if ! ninja -C "$out" -j "$jobs" "$@" >"$log" 2>&1; then
        grep -E 'error|FAILED' "$log" | head -n 20 >&2; tail -n 20 "$log" >&2
        echo "building failed (log: $log)" >&2; exit 3
      fi
    fi
  ) 9>"$out/.lock" || exit $?
}
