#!/usr/bin/env bash
# The control interface on a real socket: what curl does to a printer, SNMP shows; the state file carries it on.
#   control_wire_test.sh MAKEREADY
set -euo pipefail
bin=$1 work=$(mktemp -d) pid=
trap '[ -z "$pid" ] || kill "$pid" 2>/dev/null || true; rm -rf "$work"' EXIT
fail() { echo "FAIL: $*" >&2; [ ! -s "$work/out" ] || cat "$work/out" >&2; exit 1; }
for tool in curl snmpget python3; do command -v $tool >/dev/null || { echo "skipped: no $tool"; exit 77; }; done

start() {
  rm -f "$work/ports.json"
  "$bin" printer --profile office-colour-mfp --count 2 --address 127.0.9.1 --port-offset 31000 --engine native --no-raw \
    --control 127.0.0.1:0 --ports-json "$work/ports.json" --state "$work/state.json" >"$work/out" 2>&1 &
  pid=$!
  for _ in $(seq 200); do [ -s "$work/ports.json" ] && break; kill -0 "$pid" 2>/dev/null || fail "it did not start"; sleep 0.05; done
  control=$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["control"])' "$work/ports.json")
}
stop() { kill -TERM "$pid"; wait "$pid" || fail "it ended badly"; pid=; }
ask() {  # method, path, body, expected status
  local status
  status=$(curl --silent --noproxy '*' --max-time 20 --output "$work/body" --write-out '%{http_code}' --request "$1" \
    --header 'Content-Type: application/json' ${3:+--data "$3"} "$control$2") || fail "curl $1 $2"
  [ "$status" = "$4" ] || fail "$1 $2: $status, expected $4: $(cat "$work/body")"
}
member() { python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))[sys.argv[2]])' "$work/body" "$1"; }
life() { snmpget -v2c -c public -Oqv -On "127.0.9.1:31161" 1.3.6.1.2.1.43.10.2.1.4.1.1; }

start
ask POST /advance '{"seconds": 120}' 200
before=$(life)
ask GET /printers/0 "" 200
boots=$(member boots)
ask POST /printers/0/jobs '{"black": 3, "colour": 4, "user": "ann"}' 201
[ "$(life)" = $((before + 7)) ] || fail "the life count is $(life), expected $((before + 7))"
ask PATCH /printers/0/covers/1 '{"open": true}' 200
[ "$(snmpget -v2c -c public -Oqv -On 127.0.9.1:31161 1.3.6.1.2.1.25.3.2.1.5.1)" = 5 ] || fail "an open cover does not bring it down"
ask PATCH /printers/0/covers/1 '{"open": false}' 200
ask POST /advance '{"seconds": 86400}' 200
up=$(snmpget -v2c -c public -Oqvt -On 127.0.9.1:31161 1.3.6.1.2.1.1.3.0)
[ "$up" -ge 8652000 ] || fail "a day passed, and its up time is $up"
ask PUT /printers/1/power '{"state": "off"}' 200
snmpget -v2c -c public -r0 -t1 127.0.9.2:31161 1.3.6.1.2.1.1.3.0 >/dev/null 2>&1 && fail "a printer that is off answers"
ask POST /printers/0/jobs '{"black": "three"}' 400
stop
[ "$(python3 -c 'import json, sys; print(len(json.load(open(sys.argv[1]))))' "$work/state.json")" = 2 ] || fail "the state file has not both"
start
[ "$(life)" = $((before + 7)) ] || fail "the state file did not carry the life count on: $(life)"
ask GET /printers/0 "" 200
[ "$(member boots)" = $((boots + 1)) ] || fail "it was switched on $(member boots) times"
stop
echo '[{"version": 1}]' >"$work/state.json"
status=0; "$bin" printer --profile office-colour-mfp --port-offset 31000 --no-raw --state "$work/state.json" >"$work/out" 2>&1 || status=$?
[ $status = 2 ] && grep -q "printer 0: model" "$work/out" || fail "a broken state file: exit $status"
