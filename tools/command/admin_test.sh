#!/usr/bin/env bash
# admin_test.sh MAKEREADY: the administration of `makeready server`, over HTTPS by curl and on the command line: who gets in, what each role
# may see and do, that a queued action needs role and permission, that no token is kept or told. Exits 77 where a tool is absent.
set -uo pipefail
bin=$1
skip() { echo "skipped: $1"; exit 77; }
for tool in openssl curl python3 timeout; do command -v $tool >/dev/null || skip "no $tool"; done
python=$(python3 -c 'import sqlite3, sys; print(sys.executable)' 2>/dev/null) || skip "python3 has no sqlite3"
work=$(mktemp -d) server= printer=
end() {  # pid
  [ -n "$1" ] || return 0
  { kill -KILL "$1" && wait "$1"; } 2>/dev/null
}
trap 'end "$server"; end "$printer"; rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
fail() { echo "FAIL: $*"; exit 1; }
data=$work/data store=$work/data/server.sqlite

await_file() {  # file, pid
  local n
  for ((n = 0; n < 150; n++)); do
    [ -f "$1" ] && return 0
    kill -0 "$2" 2>/dev/null || return 1
    sleep 0.1
  done
  return 1
}
sql() {
  "$python" - "$store" "$1" <<'PY'
import sqlite3, sys
store = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True, timeout=10)
for row in store.execute(sys.argv[2]):
    print("|".join(str(column) for column in row))
PY
}
"$bin" server --data "$data" --listen 127.0.0.1:0 --admin 127.0.0.1:0 --ports-json "$work/ports.json" --quiet >"$work/server.out" 2>"$work/server.err" &
server=$!
await_file "$work/ports.json" $server || fail "the server did not start: $(cat "$work/server.err")"
read -r name port admin < <("$python" -c 'import json, sys; p = json.load(open(sys.argv[1])); print(p["name"], p["port"], p["admin_port"])' "$work/ports.json")
grep -q "administration on 127.0.0.1:$admin" "$work/server.out" || fail "the start does not tell where the administration is"

verb() { timeout 20 "$bin" server "$1" --data "$data" "${@:2}"; }
ask() {  # token, method, path, arguments of curl…: sets `status`, leaves $work/body
  local token=$1 method=$2 path=$3; shift 3
  rm -f "$work/body"; : >"$work/body"
  status=$(curl --silent --show-error --noproxy '*' --max-time 15 --cacert "$data/ca.pem" --resolve "$name:${at:-$admin}:127.0.0.1" --output "$work/body" \
    --dump-header "$work/head" --write-out '%{http_code}' --request "$method" ${token:+--header "Authorization: Bearer $token"} "$@" \
    "https://$name:${at:-$admin}$path" 2>"$work/curl.err") || fail "curl $method $path: $(cat "$work/curl.err")"
}
expect() {  # what, status, word in the body…
  local what=$1 code=$2 word; shift 2
  [ "$status" = "$code" ] || fail "$what: expected $code, found $status: $(head -c 600 "$work/body")"
  for word in "$@"; do grep -qF -- "$word" "$work/body" || fail "$what: expected '$word' in $(head -c 600 "$work/body")"; done
}
json() { "$python" -c 'import json, sys; print(eval(sys.argv[2], {"d": json.load(open(sys.argv[1]))}))' "$work/body" "$1"; }

# 1. Users are made on the command line; a token is told once.
one=$(verb account --add One) && two=$(verb account --add Two) || fail "no accounts"
ann=$(verb user --add ann --role support-administrator --account One) || fail "no user"
mary=$(verb user --add mary --role account-manager --account One) || fail "no user"
abel=$(verb user --add abel --role auditor --account One) || fail "no user"
olga=$(verb user --add olga --role support-administrator --account Two) || fail "no user"
otto=$(verb user --add otto --role auditor --account Two) || fail "no user"
boss=$(verb user --add boss --role account-manager) || fail "no user"
[[ $ann =~ ^[0-9a-f]{64}$ ]] || fail "a token: found '$ann'"
verb user --add ann --role auditor >/dev/null 2>&1 && fail "a user's name was taken twice"
verb user --add 'a b' >/dev/null 2>&1 && fail "a user's name with a blank"
verb user >"$work/users" && [ "$(wc -l <"$work/users")" = 6 ] || fail "the list of users: $(cat "$work/users")"

# 2. An agent of account One uploads two printers.
for _ in 1 2 3 4 5; do
  offset=$((20000 + RANDOM % 20000))
  "$bin" printer --profile office-colour-mfp --count 2 --address 127.9.1.1 --port-offset $offset --ports-json "$work/printers.json" >"$work/printer.out" 2>&1 &
  printer=$!
  await_file "$work/printers.json" $printer && break
  end $printer
  printer=
done
[ -n "$printer" ] || fail "the printers did not start: $(cat "$work/printer.out")"
verb key --account One >"$work/agent.key" || fail "no key"
timeout 60 "$bin" agent --data "$work/agent" --server "$name:$port" --server-address 127.0.0.1 --ca "$data/ca.pem" --key-file "$work/agent.key" \
  --location 'Room 7' --contact it@example.test --scope 127.9.1.1-127.9.1.2 --snmp-port $((161 + offset)) --once >"$work/agent.out" 2>&1 ||
  fail "the agent: exit $?: $(tail -n 15 "$work/agent.out")"
end $printer
printer=

# 3. Nobody gets in without a valid token, and the service port serves no administration.
#= TLS-ONLY-SERVICE type=test
for token in '' nonsense "${ann:0:63}" "${ann}0" "${ann^^}"; do
  ask "$token" GET /admin/v1/audit
  expect "token '${token:0:8}'" 401 unauthorized
  grep -qi '^WWW-Authenticate: Bearer' "$work/head" || fail "401 without WWW-Authenticate"
done
ask '' GET /admin/v1/audit --user "ann:$ann"
expect "basic authentication" 401
ask '' PUT /admin/v1/software/big --data-binary @/dev/null --header 'Content-Length: 60000000'
expect "a body without a token" 401
gone=$(verb user --add gone --role auditor --account One) || fail "no user"
ask "$gone" GET /admin/v1/audit
expect "a new user" 200
verb user --revoke gone || fail "no revocation"
ask "$gone" GET /admin/v1/audit
expect "a revoked user" 401
at=$port ask "$ann" GET /admin/v1/audit
expect "the administration on the service port" 403 not-registered
ask "$ann" POST /v1/schedule
expect "the service on the administration's port" 404
ask "$ann" GET /admin/v1/nothing
expect "an unknown path" 404
ask "$ann" PATCH /admin/v1/orders
expect "an unknown method" 405

# 4. The matrix of roles.
matrix() {  # path, ann, mary, abel, olga, boss: the status of GET
  local path=$1 user; shift
  for user in ann mary abel olga boss; do
    ask "${!user}" GET "/admin/v1/$path"
    expect "GET $path by $user" "$1"
    shift
  done
}
matrix accounts  200 200 200 200 200
matrix keys      403 200 403 403 200
matrix senders   200 200 403 200 200
matrix devices   200 200 403 200 200
matrix reports   200 200 403 200 200
matrix actions   200 200 403 200 200
matrix software  200 200 403 200 200
matrix orders    200 200 403 200 200
matrix decreases 200 200 403 200 200
matrix contracts 200 200 403 200 200
matrix audit     403 200 200 403 200
ask "$mary" POST /admin/v1/actions --data '{}'
expect "a manager queues" 403 role-refused
ask "$abel" POST /admin/v1/keys --data '{}'
expect "an auditor makes a key" 403 role-refused
ask "$ann" POST /admin/v1/contracts --data '{}'
expect "a support administrator makes a contract" 403 role-refused
ask "$mary" POST /admin/v1/accounts --data '{"name": "Three"}'
expect "the manager of one account makes another" 403 role-refused
ask "$boss" POST /admin/v1/accounts --data '{"name": "One"}'
expect "a second account of one name" 409 exists-already
ask "$boss" POST /admin/v1/accounts --data '{"name": "Th\u0000ree"}'
expect "a name with a control character" 400 bad-request
ask "$mary" DELETE "/admin/v1/accounts/$two"
expect "the manager of one account closes another" 403 role-refused
ask "$mary" POST /admin/v1/keys --data "{\"account\": \"$two\"}"
expect "a key for another account" 403 role-refused
ask "$mary" GET "/admin/v1/devices?account=$two"
expect "another account's devices" 403 role-refused
ask "$boss" GET "/admin/v1/devices?account=$two"
expect "the devices of account Two" 200
[ "$(json 'len(d["devices"])')" = 0 ] || fail "account Two has devices"

# 5. What is seen is the account's, and the host's information the managers'.
ask "$mary" GET /admin/v1/senders
expect "the senders for a manager" 200 'Room 7' it@example.test
sender=$(json 'd["senders"][0]["id"]')
ask "$ann" GET /admin/v1/senders
expect "the senders for a support administrator" 200 "$sender"
grep -qF 'Room 7' "$work/body" && fail "host information for a support administrator"
ask "$olga" GET /admin/v1/senders
[ "$(json 'len(d["senders"])')" = 0 ] || fail "a sender of another account is shown"
ask "$ann" GET /admin/v1/devices
[ "$(json 'len(d["devices"])')" = 2 ] || fail "expected two devices: $(cat "$work/body")"
device=$(json 'd["devices"][0]["id"]') maker=$(json 'd["devices"][0]["manufacturer"]') serial=$(json 'd["devices"][0]["serial"]')
ask "$ann" GET /admin/v1/reports
report=$(json 'd["reports"][0]["id"]')
ask "$ann" GET "/admin/v1/reports/$sender/$report"
expect "a report" 200 '<DeviceReport'
ask "$olga" GET "/admin/v1/reports/$sender/$report"
expect "a report of another account" 404

# 6. An action needs role and permission.
#= ACT-ROLE type=test
queue() { ask "$1" POST /admin/v1/actions --data "{\"sender\": \"$sender\", \"kind\": \"$2\"${3:+, \"device\": \"$3\"}}"; }
queue "$olga" SendReports
expect "an administrator of another account queues" 403 role-refused
queue "$ann" SendReports
expect "SendReports" 201
action=$(json 'd["id"]')
#= ACT-PERMISSION-SERVER type=test
queue "$ann" PrintTestPage "$device"
expect "an action without permission" 403 not-permitted
queue "$ann" MakeCoffee "$device"
expect "an unknown kind" 400 unknown-kind
queue "$ann" RebootDevice no-such-device
expect "an unknown device" 404 unknown-device
for body in '' '[]' '{"sender": 7' '{"sender": {}}' '{"colour": "red"}'; do
  ask "$ann" POST /admin/v1/actions --data "$body"
  expect "the body '$body'" 400 bad-request
done
verb action --as mary --sender "$sender" --kind SendReports >/dev/null 2>"$work/err" && fail "a manager queues on the command line"
grep -q 'support administrator' "$work/err" || fail "the command line does not say why: $(cat "$work/err")"
verb action --as ann --sender "$sender" --kind PrintTestPage --device "$device" >/dev/null 2>&1 && fail "the command line queues without permission"
verb action --as ann --sender "$sender" --kind SendReports >"$work/id" || fail "the command line queues nothing"
[ "$(sql "SELECT COUNT(*) FROM action WHERE requested_by = 'ann' AND outcome = ''")" = 2 ] || fail "expected two queued actions"
ask "$olga" DELETE "/admin/v1/actions/$action"
expect "an administrator of another account cancels" 403 role-refused
ask "$ann" DELETE "/admin/v1/actions/$action"
expect "a cancelled action" 200 cancelled
ask "$ann" DELETE "/admin/v1/actions/$action"
expect "an action cancelled twice" 404 unknown-action

# 7. Contracts and orders; software.
ask "$mary" POST /admin/v1/contracts --data "{\"manufacturer\": \"$maker\", \"serial\": \"$serial\", \"threshold\": 50}"
expect "a contract" 201
ask "$mary" POST /admin/v1/contracts --data "{\"manufacturer\": \"$maker\", \"serial\": \"$serial\"}"
expect "a second contract" 409 exists-already
ask "$mary" POST /admin/v1/contracts --data "{\"manufacturer\": \"$maker\", \"serial\": \"x\", \"threshold\": 51}"
expect "a threshold of 51" 400 bad-request
ask "$mary" GET /admin/v1/contracts
expect "the contracts" 200 "$serial"
ask "$mary" GET /admin/v1/orders
expect "the orders" 200 '"orders":[]'
[ "$(verb orders --account One | wc -l)" = 0 ] || fail "an order before any report under the contract"
head -c 3000000 /dev/urandom >"$work/LEVEL1.DLM"
digest=$(sha256sum "$work/LEVEL1.DLM" | cut -d' ' -f1)
ask "$ann" PUT "/admin/v1/software/level-1?file=LEVEL1.DLM" --data-binary "@$work/LEVEL1.DLM"
expect "a file" 201 "$digest"
ask "$ann" PUT "/admin/v1/software/level-2?file=LEVEL1.exe" --data-binary "@$work/LEVEL1.DLM"
expect "a file that is no .DLM" 400 bad-request
ask "$ann" PUT "/admin/v1/software/level-2?file=A.DLM&account=$two" --data-binary x
expect "a file for another account" 403 role-refused
[ "$(verb software --add level-2 --file "$work/LEVEL1.DLM")" = "$digest" ] || fail "the command line tells another digest"
verb software --add level-2 --file "$work/LEVEL1.DLM" >/dev/null 2>&1 && fail "an id twice"
ask "$olga" GET /admin/v1/software
expect "the software for account Two" 200 level-2
grep -q level-1 "$work/body" && fail "account Two sees the software of account One"

# 8. The audit: each sees the account's own, numbered, and nothing secret.
#= AUD-VIEW type=test
ask "$abel" GET '/admin/v1/audit?limit=1000'
expect "the audit of account One" 200 "$sender" '"what":"upload"' not-permitted
[ "$(json 'sorted({r["account"] for r in d["audit"]})')" = "['$one']" ] || fail "account One sees records of others"
ask "$otto" GET '/admin/v1/audit?limit=1000'
expect "the audit of account Two" 200
[ "$(json '[r for r in d["audit"] if r["sender"]]')" = '[]' ] || fail "account Two sees records of a sender of account One"
grep -qF "$one" "$work/body" && fail "account Two sees records of account One"
ask "$abel" GET "/admin/v1/audit?account=$two"
expect "the audit of another account" 403 role-refused
ask "$boss" GET '/admin/v1/audit?limit=1000'
[ "$(json 'd["audit"][-1]["seq"] - d["audit"][0]["seq"] + 1 == len(d["audit"])')" = True ] || fail "the audit has gaps"
ask "$boss" GET '/admin/v1/audit?limit=2&after=3'
[ "$(json '[r["seq"] for r in d["audit"]]')" = '[4, 5]' ] || fail "after and limit: $(cat "$work/body")"
for bad in limit=0 limit=1001 limit=x after=-1; do
  ask "$boss" GET "/admin/v1/audit?$bad"
  expect "$bad" 400 bad-request
done
[ "$(verb audit --account One | head -n 1 | "$python" -c 'import json, sys; print(sorted(json.loads(sys.stdin.readline())))')" != '[]' ] || fail "the command line shows no audit"
#= AUD-NO-SECRET type=test
for secret in "$ann" "$mary" "$abel" "$boss" "$gone" "$(cat "$work/agent.key")"; do
  grep -rqaF -- "$secret" "$data" && fail "a secret is kept in clear in $(grep -rlaF -- "$secret" "$data")"
done

# 9. A closed account.
ask "$boss" DELETE "/admin/v1/accounts/$one"
expect "closing an account" 200
queue "$ann" SendReports
expect "an action in a closed account" 404 unknown-account
kill -TERM $server
wait $server || fail "the server: exit $? after SIGTERM: $(cat "$work/server.err")"
server=
echo "tokens, roles, permissions and views as expected"
