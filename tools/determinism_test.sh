#!/usr/bin/env bash
# For ctest: this build against the one that MAKEREADY_DEBUG_BUILD names; and that a build with another trace is found out.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}") bin=$1
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
# One seed off: a build whose chance is another.
cat >"$folder/other" <<OTHER
#!/usr/bin/env bash
args=("\$@")
for i in "\${!args[@]}"; do [ "\${args[i]}" != --seed ] || args[i + 1]=\$((args[i + 1] + 1)); done
exec "$bin" "\${args[@]}"
OTHER
chmod +x "$folder/other"
status=0
"$here/determinism.sh" "$bin" "$folder/other" >"$folder/out" 2>&1 || status=$?
[ $status -eq 4 ] || { echo "another trace ends with $status, expected 4: $(cat "$folder/out")"; exit 1; }
grep -q 'the first events that differ' "$folder/out" || { echo "it does not say what differs: $(cat "$folder/out")"; exit 1; }
exec "$here/determinism.sh" "$bin" "${MAKEREADY_DEBUG_BUILD:-/nonexistent}/tools/command/makeready"
