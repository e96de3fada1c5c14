#!/usr/bin/env bash
# server_test.sh MAKEREADY: `makeready server` on real sockets, asked by curl and openssl, which know nothing of this project.
# Whom it refuses, what a refusal stores, what TLS it ends, and that what it acknowledged outlives SIGKILL. (That is the death of the
# process, not the loss of power: that is scenarios/hostile/durability_test.cpp.) Exits 77 where a tool is absent.
set -uo pipefail
bin=$1
skip() { echo "skipped: $1"; exit 77; }
for tool in openssl curl python3 sha256sum timeout; do command -v $tool >/dev/null || skip "no $tool"; done
python=$(python3 -c 'import sqlite3, sys; print(sys.executable)' 2>/dev/null) || skip "python3 has no sqlite3"  # itself, past any shim
export OPENSSL_CONF=/dev/null  # the machine's own lower limit for TLS must not stand in for the server's

work=$(mktemp -d) server= printer=
end() {  # pid
  [ -n "$1" ] || return 0
  { kill -KILL "$1" && wait "$1"; } 2>/dev/null  # bash would tell of the death of its child
}
trap 'end "$server"; end "$printer"; rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
fail() { echo "FAIL: $*"; exit 1; }
data=$work/data store=$work/data/server.sqlite urn=urn:makeready:remote-services:1

await_file() {  # file, pid: until the file is there; false when the process has ended or after 15 s
  local n
  for ((n = 0; n < 150; n++)); do
    [ -f "$1" ] && return 0
    kill -0 "$2" 2>/dev/null || return 1
    sleep 0.1
  done
  return 1
}
start_server() {
  rm -f "$work/ports.json"
  "$bin" server --data "$data" --listen 127.0.0.1:0 --ports-json "$work/ports.json" --quiet >"$work/server.out" 2>"$work/server.err" &
  server=$!
  await_file "$work/ports.json" $server || fail "the server did not start: $(cat "$work/server.err")"
  read -r name port < <("$python" -c 'import json, sys; p = json.load(open(sys.argv[1])); print(p["name"], p["port"])' "$work/ports.json")
  [ -s "$data/ca.pem" ] || fail "no ca.pem beside the store"
}
sql() {  # query: the rows, columns between bars
  "$python" - "$store" "$1" <<'PY'
import sqlite3, sys
store = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True, timeout=10)
for row in store.execute(sys.argv[2]):
    print("|".join(str(column) for column in row))
PY
}
content() {  # every table but the audit: its name, its count and the digest of its rows
  "$python" - "$store" <<'PY'
import hashlib, sqlite3, sys
store = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True, timeout=10)
tables = sorted(row[0] for row in store.execute("SELECT name FROM sqlite_master WHERE type = 'table'"))
assert "audit" in tables and "report" in tables, tables
for table in tables:
    if table == "audit":
        continue
    rows = sorted(repr(row) for row in store.execute(f"SELECT * FROM {table}"))
    print(table, len(rows), hashlib.sha256("\n".join(rows).encode()).hexdigest())
PY
}
audited() { sql "SELECT COALESCE(MAX(seq), 0) FROM audit"; }
expect_audit() {  # what was done, seq before, pattern of a refusal's `what|detail`; the record may follow the answer
  local n found
  for ((n = 0; n < 50; n++)); do
    found=$(sql "SELECT what, detail FROM audit WHERE outcome = 'refused' AND seq > $2")
    grep -qE "$3" <<<"$found" && return 0
    sleep 0.1
  done
  fail "$1: expected a refusal in the audit like '$3', found '$found'"
}
request() {  # path, arguments of curl…: sets `status`, leaves $work/body
  local path=$1; shift
  rm -f "$work/body"
  status=$(curl --silent --show-error --noproxy '*' --max-time 15 --cacert "$data/ca.pem" --resolve "$name:$port:127.0.0.1" \
    --output "$work/body" --write-out '%{http_code}' "$@" "https://$name:$port$path" 2>"$work/curl.err") ||
    fail "curl $path: $(cat "$work/curl.err")"
}
expect_status() { [ "$status" = "$2" ] || fail "$1: expected $2, found $status: $(head -c 600 "$work/body")"; }
expect_refused() {  # what is done, status, code, path, arguments of curl…: the answer, and that only the audit grew
  local what=$1 code=$2 slug=$3 path=$4 before seq; shift 4
  before=$(content) seq=$(audited)
  request "$path" "$@"
  expect_status "$what" "$code"
  grep -q "<Code>$slug</Code>" "$work/body" || fail "$what: expected $slug, found $(head -c 600 "$work/body")"
  expect_audit "$what" "$seq" .
  [ "$before" = "$(content)" ] || fail "$what: a refusal changed the store: $(diff <(echo "$before") <(content))"
}
talk() {  # arguments of s_client…: a request on a connection of openssl's; everything that came back
  printf 'POST /v1/schedule HTTP/1.1\r\nHost: %s\r\nContent-Type: application/xml\r\nContent-Length: 0\r\nConnection: close\r\n\r\n' "$name" |
    timeout 15 openssl s_client -connect "127.0.0.1:$port" -servername "$name" -CAfile "$data/ca.pem" -verify_return_error -ign_eof "$@" 2>&1
}
expect_alert() {  # what is done, pattern of the alert, pattern of the audit, arguments of s_client…
  local what=$1 alert=$2 pattern=$3 before seq out; shift 3
  before=$(content) seq=$(audited)
  out=$(talk "$@")
  grep -qiE "$alert" <<<"$out" || fail "$what: expected '$alert', found: $(tail -n 15 <<<"$out")"
  grep -q 'HTTP/1.1' <<<"$out" && fail "$what: it was served"
  expect_audit "$what" "$seq" "^tls\|.*$pattern"
  [ "$before" = "$(content)" ] || fail "$what: a refused handshake changed the store"
}
request_for_certificate() {  # file without ending: makes .key and .csr
  openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$1.key" -out "$1.csr" -subj "/CN=server test" \
    -config "$work/openssl.cnf" 2>"$work/openssl.err" || fail "openssl req: $(cat "$work/openssl.err")"
}
registration() {  # key, csr, location element, doctype: the document
  cat <<XML
<?xml version="1.0" encoding="UTF-8"?>
${4:-}<RegisterForManagement xmlns="$urn"><SenderKind>agent</SenderKind><RegistrationKey>$1</RegistrationKey>${3:-}<ContactEmail>it@example.test</ContactEmail><HostName>server-test</HostName><ProductName>curl</ProductName><ProductVersion>1</ProductVersion><Csr>$(cat "$2")</Csr></RegisterForManagement>
XML
}
element() {  # name: its text in the answer
  "$python" -c 'import sys, xml.etree.ElementTree as t; print(t.parse(sys.argv[1]).getroot().findtext("{%s}%s" % (sys.argv[2], sys.argv[3])) or "")' \
    "$work/body" $urn "$1"
}
issue() {  # out, csr, CA certificate, CA key, first day, last day (YYMMDD): a client certificate of openssl's making
  rm -rf "$work/issued" && mkdir "$work/issued" && : >"$work/issued/index"
  openssl ca -batch -config "$work/openssl.cnf" -name issuing -extensions client -notext -in "$2" -cert "$3" -keyfile "$4" -out "$1" \
    -startdate "${5}000000Z" -enddate "${6}000000Z" 2>"$work/openssl.err" || fail "openssl ca: $(cat "$work/openssl.err")"
}
cat >"$work/openssl.cnf" <<CNF
[req]
distinguished_name = none
[none]
[issuing]
database = $work/issued/index
new_certs_dir = $work/issued
default_md = sha256
policy = any
rand_serial = yes
unique_subject = no
[any]
commonName = supplied
[client]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = clientAuth
[root]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign
CNF
xml=(--header 'Content-Type: application/xml')
location='<Location>Room 1</Location>'

# 1. It starts, and its administration works beside it.
start_server
key=$(timeout 20 "$bin" server key --data "$data") || fail "server key: exit $? beside the running server"
[[ $key =~ ^[A-Z0-9]{4}(-[A-Z0-9]{4})+$ ]] || fail "server key: found '$key'"

# 2. Without a certificate only registration is served, and a refusal stores nothing but its audit record.
expect_refused "reports without a certificate" 403 not-registered /v1/reports --header 'Content-Type: application/zip' --data-binary 'PK'
expect_refused "the root without a certificate" 403 not-registered /
expect_refused "the schedule without a certificate" 403 not-registered /v1/schedule "${xml[@]}" \
  --data "<GetSchedule xmlns=\"$urn\"><SecurityMode>normal</SecurityMode><Poll>daily</Poll></GetSchedule>"
for version in -tls1_2 -tls1_3; do
  out=$(talk $version)
  grep -q 'HTTP/1.1 403' <<<"$out" && grep -q '<Code>not-registered</Code>' <<<"$out" ||
    fail "s_client $version without a certificate: expected 403 not-registered, found: $(tail -n 15 <<<"$out")"
done
request_for_certificate "$work/first"
request_for_certificate "$work/second"
registration AAAA-BBBB-CCCC-DDDD-EEEE-FFFF-GGGG-HHHH "$work/first.csr" "$location" >"$work/wrong.xml"
expect_refused "a wrong key" 403 registration-key-refused /v1/registration "${xml[@]}" --data-binary "@$work/wrong.xml"
registration "$key" "$work/first.csr" "$location" '<!DOCTYPE RegisterForManagement [<!ENTITY a "b">]>' >"$work/doctype.xml"
expect_refused "a DOCTYPE" 400 doctype-refused /v1/registration "${xml[@]}" --data-binary "@$work/doctype.xml"
registration "$key" "$work/first.csr" >"$work/nowhere.xml"
expect_refused "no Location" 400 location-required /v1/registration "${xml[@]}" --data-binary "@$work/nowhere.xml"

# 3. The right key, once.
registration "$key" "$work/first.csr" "$location" >"$work/first.xml"
request /v1/registration "${xml[@]}" --data-binary "@$work/first.xml"
expect_status "the registration" 201
element Certificate >"$work/first.pem"
element EnvelopeCertificate >"$work/envelope.pem"
sender=$(element SenderId)
[ "$(openssl x509 -in "$work/first.pem" -noout -pubkey)" = "$(openssl pkey -in "$work/first.key" -pubout)" ] || fail "the certificate is for another key"
openssl verify -purpose sslclient -CAfile "$data/ca.pem" "$work/first.pem" >/dev/null || fail "the certificate is not the server's"
[ "$(openssl x509 -in "$work/first.pem" -noout -subject -nameopt multiline | sed -n 's/.*commonName *= //p')" = "$sender" ] || fail "the certificate does not name $sender"
cp "$work/body" "$work/first.answer"
request /v1/registration "${xml[@]}" --data-binary "@$work/first.xml"
expect_status "the registration again" 200
cmp -s "$work/body" "$work/first.answer" || fail "the registration again: another answer"
registration "$key" "$work/second.csr" "$location" >"$work/second.xml"
expect_refused "the key with another key pair" 409 registration-conflict /v1/registration "${xml[@]}" --data-binary "@$work/second.xml"
grep -rqaF "$key" "$data" && fail "the registration key is kept in clear in $(grep -rlaF "$key" "$data")"

# 4. Handshakes. That a certificate which openssl issues under the server's root is let through shows that only its dates are refused below.
expect_alert "TLS 1.1" 'alert protocol version' 'version|protocol' -tls1_1 -cipher 'ALL:@SECLEVEL=0'
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$work/foreign.key" -out "$work/foreign.pem" -days 30 \
  -subj '/CN=foreign root' -config "$work/openssl.cnf" -extensions root 2>/dev/null || fail "openssl made no foreign root"
sql "SELECT key_pem FROM authority WHERE name = 'root'" >"$work/root.key"
issue "$work/stranger.pem" "$work/second.csr" "$work/foreign.pem" "$work/foreign.key" 200101 491231
issue "$work/expired.pem" "$work/second.csr" "$data/ca.pem" "$work/root.key" 200101 200201
issue "$work/unlisted.pem" "$work/second.csr" "$data/ca.pem" "$work/root.key" 200101 491231
for version in -tls1_2 -tls1_3; do
  expect_alert "$version, a foreign CA" 'alert unknown ca' 'unknown.ca|issuer|self.signed' $version -cert "$work/stranger.pem" -key "$work/second.key"
  expect_alert "$version, an expired certificate" 'alert certificate expired' 'expired' $version -cert "$work/expired.pem" -key "$work/second.key"
done
expect_refused "a valid certificate of nobody registered" 403 not-registered /v1/schedule "${xml[@]}" --cert "$work/unlisted.pem" --key "$work/second.key" --data '<a/>'

# 5. With the certificate.
me=(--cert "$work/first.pem" --key "$work/first.key")
schedule() {
  request /v1/schedule "${me[@]}" "${xml[@]}" --data "<GetSchedule xmlns=\"$urn\"><SecurityMode>normal</SecurityMode><Poll>daily</Poll></GetSchedule>"
  expect_status "the schedule, $1" 200
  grep -q '<GetScheduleResponse' "$work/body" || fail "the schedule, $1: found $(head -c 300 "$work/body")"
}
schedule "once registered"
printf 'this is no zip' >"$work/plain"
printf 'this is no envelope' >"$work/garbage"
openssl cms -encrypt -binary -aes-256-gcm -outform DER -in "$work/plain" -out "$work/sealed" "$work/envelope.pem" || fail "openssl sealed nothing"
head -c -20 "$work/sealed" >"$work/truncated"
fingerprint="Content-Fingerprint: sha-256=$(sha256sum "$work/plain" | cut -d' ' -f1)"
mime=(--header 'Content-Type: application/pkcs7-mime; smime-type=authEnveloped-data')
once='Idempotency-Key: 6f1ed002-ab5c-4d0e-9a3b-1d8f3c2b7a10'
for body in garbage truncated; do
  expect_refused "a $body envelope" 400 envelope-refused /v1/reports "${me[@]}" "${mime[@]}" --header "$once" --header "$fingerprint" --data-binary "@$work/$body"
done
# The same envelope whole is opened: it is what lies in it that is refused then.
expect_refused "no zip in a good envelope" 400 malformed-package /v1/reports "${me[@]}" "${mime[@]}" --header "$once" --header "$fingerprint" --data-binary "@$work/sealed"
expect_refused "no Idempotency-Key" 400 missing-header /v1/reports "${me[@]}" "${mime[@]}" --header "$fingerprint" --data-binary "@$work/sealed"
[ "$(sql 'SELECT (SELECT COUNT(*) FROM upload) + (SELECT COUNT(*) FROM report) + (SELECT COUNT(*) FROM device)')" = 0 ] || fail "a refused upload is stored"

# Bombs: one entry of 1 GiB, and 1 GiB in entries that are each within bounds. Refused with little memory.
"$python" - "$work" <<'BOMBS'
import sys, zipfile
with zipfile.ZipFile(sys.argv[1] + '/one.zip', 'w', zipfile.ZIP_DEFLATED, compresslevel=9) as bomb:
    bomb.writestr('manifest.xml', '<x/>')
    with bomb.open('reports/r1.xml', 'w') as entry:
        for _ in range(1024): entry.write(bytes(1 << 20))
with zipfile.ZipFile(sys.argv[1] + '/many.zip', 'w', zipfile.ZIP_DEFLATED, compresslevel=9) as bomb:
    bomb.writestr('manifest.xml', '<x/>')
    for i in range(256): bomb.writestr('reports/r%d.xml' % i, bytes(4 << 20))
BOMBS
peak() { awk '/VmHWM/ {print $2}' "/proc/$server/status"; }
for bomb in one many; do
  openssl cms -encrypt -binary -aes-256-gcm -outform DER -in "$work/$bomb.zip" -out "$work/$bomb.cms" "$work/envelope.pem" || fail "openssl sealed nothing"
  before=$(peak)
  expect_refused "a zip bomb, $bomb" 413 package-limit /v1/reports "${me[@]}" "${mime[@]}" --header "$once" \
    --header "Content-Fingerprint: sha-256=$(sha256sum "$work/$bomb.zip" | cut -d' ' -f1)" --data-binary "@$work/$bomb.cms"
  [ $(($(peak) - before)) -lt 65536 ] || fail "a zip bomb, $bomb: the server grew by $(($(peak) - before)) kB, expected less than 64 MiB"
done

# 6. An acknowledged upload outlives SIGKILL.
for _ in 1 2 3 4 5; do
  offset=$((20000 + RANDOM % 20000))
  "$bin" printer --profile office-colour-mfp --count 2 --address 127.9.0.1 --port-offset $offset --ports-json "$work/printers.json" \
    >"$work/printer.out" 2>&1 &
  printer=$!
  await_file "$work/printers.json" $printer && break
  end $printer
  printer=
done
[ -n "$printer" ] || fail "the printers did not start: $(cat "$work/printer.out")"
timeout 20 "$bin" server key --data "$data" >"$work/agent.key" || fail "no second key"
upload() {
  timeout 40 "$bin" agent --data "$work/agent" --server "$name:$port" --server-address 127.0.0.1 --ca "$data/ca.pem" --key-file "$work/agent.key" \
    --location 'Room 2' --contact it@example.test --scope 127.9.0.1-127.9.0.2 --snmp-port $((161 + offset)) --once >"$work/agent.out" 2>&1
}
upload
status=$?
end $server
server=
[ $status -eq 0 ] || fail "the agent: exit $status: $(tail -n 15 "$work/agent.out")"
start_server
check_reports() {  # when, how many
  [ "$(sql 'SELECT COUNT(*), COUNT(DISTINCT id), COUNT(DISTINCT device_id) FROM report')" = "$2|$2|2" ] ||
    fail "$1: expected reports|ids|devices $2|$2|2, found $(sql 'SELECT COUNT(*), COUNT(DISTINCT id), COUNT(DISTINCT device_id) FROM report')"
  [ "$(sql 'SELECT COUNT(*) FROM (SELECT 1 FROM report GROUP BY device_id, sequence HAVING COUNT(*) > 1)')" = 0 ] || fail "$1: a sequence number twice"
  [ "$(sql 'PRAGMA integrity_check')" = ok ] || fail "$1: the store is damaged: $(sql 'PRAGMA integrity_check')"
}
check_reports "after SIGKILL" 2
schedule "after SIGKILL"
upload || fail "the agent after SIGKILL: exit $?: $(tail -n 15 "$work/agent.out")"
check_reports "after the second upload" 4
[ "$(sql "SELECT COUNT(*) FROM sender")" = 2 ] || fail "the agent registered again"
kill -TERM $server
wait $server || fail "the server: exit $? after SIGTERM: $(cat "$work/server.err")"
server=
echo "refusals, handshakes and SIGKILL as expected"
