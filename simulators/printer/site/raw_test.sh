#!/bin/bash
# raw_test.sh MAKEREADY: the raw ports of `makeready printer` on real sockets: jobs move the meters, firmware is installed or refused.
# Exits 77 where the tools are absent.
set -u
makeready=$1
skip() { echo "skipped: $1"; exit 77; }
command -v snmpget >/dev/null || skip "the snmp tools are not installed"
command -v python3 >/dev/null || skip "no python3"

work=$(mktemp -d)
child=
trap '[ -n "$child" ] && kill "$child" 2>/dev/null; rm -rf "$work"' EXIT
export MIBS= MIBDIRS=/dev/null/none SNMPCONFPATH=/dev/null/none SNMP_PERSISTENT_DIR=/dev/null/none
failures=0
fail() { echo "FAIL: $*"; failures=$((failures + 1)); }

"$makeready" firmware key --keys "$work/keys" --organization Tests >/dev/null || fail "firmware key"
make() { "$makeready" firmware make --keys "$work/keys" --model workgroup-mono "$@" >/dev/null || fail "firmware make $*"; }
make --version MXT.076.001 --out "$work/good.DLM" --octets 300000
make --version MXT.080.001 --out "$work/cut.DLM" --defect truncated
make --version MXT.080.001 --out "$work/forged.DLM" --defect bad-signature
make --version MXT.001.001 --out "$work/old.DLM"
"$makeready" firmware show "$work/good.DLM" --root "$work/keys/root.pem" --model workgroup-mono --json >"$work/shown" || fail "firmware show refuses a good file"
grep -q '"verdict":"accepted"' "$work/shown" || fail "firmware show: $(cat "$work/shown")"
"$makeready" firmware show "$work/good.DLM" --root "$work/keys/root.pem" --model office-colour-mfp >"$work/shown" && fail "firmware show accepts a file of another model"
grep -q 'verdict  *wrong-model' "$work/shown" || fail "firmware show: $(cat "$work/shown")"
"$makeready" firmware show "$work/cut.DLM" >/dev/null && fail "firmware show accepts half a file"
[ "$(stat -c %a "$work/keys/signer-key.pem")" = 600 ] || fail "others can read the signing key"

for try in 1 2 3 4 5; do
  offset=$((10000 + RANDOM % 20000))
  "$makeready" printer --profile workgroup-mono --count 2 --address 127.82.0.1 --port-offset $offset --install-time 4 --restart-time 2 \
    --firmware-root "$work/keys/root.pem" --events "$work/events" --ports-json "$work/ports.json" >"$work/out" 2>"$work/err" &
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
[ -n "$child" ] || { echo "FAIL: it did not start: $(cat "$work/err")"; exit 1; }
grep -q "\"raw\":\[$((9100 + offset)),$((2000 + offset)),$((2105 + offset))\]" "$work/ports.json" || fail "the ports file: $(cat "$work/ports.json")"

# Sends stdin, half-closes, and waits until the printer closes.
send() {  # address port
  python3 -c '
import socket, sys
data = sys.stdin.buffer.read()
with socket.create_connection((sys.argv[1], int(sys.argv[2])), 10) as s:
    s.settimeout(30)
    s.sendall(data)
    s.shutdown(socket.SHUT_WR)
    while s.recv(1024): pass' "$1" "$2"
}
get() { snmpget -v2c -c public -t 1 -r 3 -Oqv 127.82.0.$1:$((161 + offset)) "$2" 2>&1; }
life=.1.3.6.1.2.1.43.10.2.1.4.1.1
software=.1.3.6.1.2.1.25.6.3.1.2.1
wait_for() { for _ in $(seq 300); do eval "$2" && return 0; sleep 0.1; done; fail "$1"; return 1; }

# The printer is warming up for its first seconds: a job waits.
first=$(get 1 $life)
other=$(get 2 $life)
printf 'one\ftwo\fthree\f' | send 127.82.0.1 $((9100 + offset)) || fail "a job to 9100"
wait_for "three pages from 9100" '[ "$(get 1 $life)" = $((first + 3)) ]'
(exec 3<>/dev/tcp/127.82.0.1/$((2105 + offset)) && printf '\033%%-12345X@PJL JOB NAME="x"\n%%!PS\nshowpage\n\033%%-12345X@PJL EOJ\n\033%%-12345X' >&3) || fail "a job to 2105 by bash"
wait_for "a page from 2105, at the end of its job" '[ "$(get 1 $life)" = $((first + 4)) ]'
[ "$(get 2 $life)" = "$other" ] || fail "another printer's meters moved"

refused=0
for file in cut forged old; do
  send 127.82.0.2 $((9100 + offset)) <"$work/$file.DLM" || fail "$file: the connection broke"
  refused=$((refused + 1))
  wait_for "$file is refused" '[ $(grep -c "\"kind\":\"printer.firmware\".*\"refused\"" "$work/events") = $refused ]'
done
for why in truncated bad-signature older; do grep -q "\"why\":\"$why\"" "$work/events" || fail "nothing was refused as $why"; done
[ "$(get 2 $software)" = '"System software MXT.075.221"' ] || fail "after refusals: $(get 2 $software)"
[ "$(get 2 $life)" = "$other" ] || fail "a firmware file was printed"

send 127.82.0.1 $((9100 + offset)) <"$work/good.DLM" || fail "the firmware file: the connection broke"
wait_for "the file is accepted" 'grep -q "\"result\":\"accepted\"" "$work/events"'
[ "$(get 1 $software)" = '"System software MXT.075.221"' ] || fail "another level runs before the restart"
printf x | send 127.82.0.1 $((9100 + offset)) 2>/dev/null && fail "a job was taken during the installation"
wait_for "the new level" '[ "$(snmpget -v2c -c public -t 0.5 -r 0 -Oqv 127.82.0.1:$((161 + offset)) $software 2>&1)" = "\"System software MXT.076.001\"" ]'
[ "$(get 1 $software)" = '"System software MXT.076.001"' ] || fail "after the upgrade: $(get 1 $software)"
[ "$(get 1 $life)" = $((first + 4)) ] || fail "the life count changed with the upgrade"

kill -TERM $child
wait $child || fail "exit code $? after SIGTERM"
child=
[ $failures -eq 0 ] && echo "jobs move the meters; firmware is installed or refused"
exit $((failures > 0))
