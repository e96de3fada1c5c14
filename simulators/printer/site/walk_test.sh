#!/bin/bash
# walk_test.sh MAKEREADY: `makeready printer` on a recording, asked by net-snmp's tools. Exits 77 where the tools or the recording are absent.
set -u
makeready=$1
recording=${MAKEREADY_SHARED:-../shared}/recordings/ricoh_mpc3002.snmprec
skip() { echo "skipped: $1"; exit 77; }
command -v python3 >/dev/null || skip "no python3"
command -v snmpbulkwalk >/dev/null || skip "the snmp tools are not installed"
[ -f "$recording" ] || skip "no recording at $recording"

work=$(mktemp -d)
child=
trap '[ -n "$child" ] && kill "$child" 2>/dev/null; rm -rf "$work"' EXIT
export MIBS= MIBDIRS=/dev/null/none SNMPCONFPATH=/dev/null/none SNMP_PERSISTENT_DIR=/dev/null/none
failures=0
fail() { echo "FAIL: $*"; failures=$((failures + 1)); }

awk -F'|' '$2 ~ /^(2|4|4x|6|64|64x|65|66|67|70)$/ {print "." $1}' "$recording" | sort -t. -V -u >"$work/names"

# Holds a walk (-On -Ox) against the recording: each name's type and value, but of time ticks, which run on, the type.
values() {  # walk
  python3 - "$recording" "$1" <<'COMPARE'
import re, sys
types = {'2': 'INTEGER', '6': 'OID', '64': 'IpAddress', '64x': 'IpAddress', '65': 'Counter32', '66': 'Gauge32', '70': 'Counter64'}
found = {}
name = None
for line in open(sys.argv[2], encoding='latin-1'):
    if 'No more variables left' in line: break
    match = re.match(r'^\.([0-9.]+) = (.*)$', line.rstrip('\n'))
    if match:
        name = match.group(1)
        found[name] = match.group(2)
    elif name:
        found[name] += ' ' + line.strip()
compared = wrong = 0
for line in open(sys.argv[1], encoding='utf-8'):
    name, kind, value = line.rstrip('\n').split('|', 2)
    told = found.get(name, 'nothing')
    if kind == '67':
        good = told.startswith('Timeticks: (')
    elif kind in ('4', '4x'):
        octets = bytes.fromhex(value) if kind == '4x' else value.encode()
        told_octets = b'' if told == '""' else bytes.fromhex(told[len('Hex-STRING: '):].replace(' ', '')) if told.startswith('Hex-STRING: ') else None
        good = told_octets == octets
    else:
        if kind == '64x': value = '.'.join(str(b) for b in bytes.fromhex(value))
        good = told == types[kind] + ': ' + ('.' if kind == '6' else '') + value
    compared += 1
    if not good:
        wrong += 1
        print(f'{name}: found {told}, recorded {kind}|{value}')
print(f'{compared} compared') if not wrong else sys.exit(1)
COMPARE
}

for engine in net-snmp native; do
  for try in 1 2 3 4 5; do
    offset=$((20000 + RANDOM % 20000))
    "$makeready" printer --recording "$recording" --count 1 --address 127.81.0.1 --port-offset $offset --engine $engine \
      --ports-json "$work/ports.json" >"$work/out" 2>"$work/err" &
    child=$!
    for _ in $(seq 100); do
      [ -f "$work/ports.json" ] && break
      kill -0 $child 2>/dev/null || break
      sleep 0.1
    done
    [ -f "$work/ports.json" ] && break
    wait $child
    child=
  done
  [ -n "$child" ] || { fail "$engine: it did not start: $(cat "$work/err")"; continue; }
  at="127.81.0.1:$((161 + offset))"
  v3="-v3 -l authPriv -u makeready -a SHA-256 -A makeready-auth -x AES -X makeready-priv"
  timeout 60 snmpwalk -v2c -c public -t 2 -r 1 -On -Ox $at .1.3 >"$work/walk" 2>&1 || fail "$engine: snmpwalk: $(tail -n 1 "$work/walk")"
  timeout 60 snmpbulkwalk $v3 -t 2 -r 1 -On -Ox $at .1.3 >"$work/bulk" 2>&1 || fail "$engine: snmpbulkwalk: $(tail -n 1 "$work/bulk")"
  for walk in walk bulk; do
    awk '/^\.[0-9.]+ = / && !/No more variables/ {print $1}' "$work/$walk" >"$work/$walk.names"
    [ -z "$(sort "$work/$walk.names" | uniq -d)" ] || fail "$engine $walk: a name twice"
    sort -t. -V -c "$work/$walk.names" 2>/dev/null || fail "$engine $walk: not in order"
    missing=$(comm -23 <(sort "$work/names") <(sort "$work/$walk.names") | grep -v '^\.1\.3\.6\.1\.2\.1\.43\.18\.' | head -n 3)
    [ -z "$missing" ] || fail "$engine $walk: without $missing"
    wrong=$(values "$work/$walk") || fail "$engine $walk: $wrong"
  done
  timeout 10 snmpget -v1 -c public -t 2 -r 1 -On $at .1.3.6.1.2.1.1.1.0 >/dev/null 2>&1 || fail "$engine: v1 get"
  timeout 10 snmpget -v2c -c wrong -t 0.3 -r 0 $at .1.3.6.1.2.1.1.1.0 2>&1 | grep -q Timeout || fail "$engine: another community was answered"
  kill -TERM $child
  wait $child || fail "$engine: exit code $? after SIGTERM"
  child=
  rm -f "$work/ports.json"
done
[ $failures -eq 0 ] && echo "both engines serve the whole recording"
exit $((failures > 0))
