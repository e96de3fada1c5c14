#!/usr/bin/env bash
# peers_test.sh SUITE WHAT: the server suite against what is no server of this protocol. It must end by itself, soon, with a sensible exit code.
#   dead      nobody listens                          exit 3, the environment
#   silent    a port that accepts and says nothing    exit 1, one case failed and the rest blocked
#   garbage   a port that answers with rubbish        exit 1
#   s_server  TLS without HTTP: accepts, says nothing exit 1
#   www       TLS with openssl's status page          exit 1
#   nginx     HTTPS with HTML pages                   exit 1, most cases failed or blocked, none passed that needs an Error
#   short     a started target that ends at once      exit 3
set -uo pipefail
suite=$1 what=$2
skip() { echo "skipped: $1"; exit 77; }
work=$(mktemp -d) peer=
end() { [ -n "$peer" ] && { kill -KILL "$peer" && wait "$peer"; } 2>/dev/null; rm -rf "$work"; }
trap end EXIT
trap 'exit 1' INT TERM
fail() { echo "FAIL: $what: $*"; cat "$work/out" "$work/err" 2>/dev/null | tail -n 30; exit 1; }
command -v openssl >/dev/null || skip "no openssl"
command -v python3 >/dev/null || skip "no python3"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$work/key.pem" -out "$work/ca.pem" -days 30 -subj '/CN=peer' \
  -addext 'subjectAltName=DNS:peer.test' -addext 'extendedKeyUsage=serverAuth' 2>/dev/null || fail "openssl made no certificate"
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')

listening() {
  for ((n = 0; n < 100; n++)); do
    python3 -c 'import socket, sys; socket.create_connection(("127.0.0.1", int(sys.argv[1])), 1).close()' "$port" 2>/dev/null && return 0
    kill -0 "$peer" 2>/dev/null || break
    sleep 0.05
  done
  fail "the peer did not start"
}
case $what in
  dead | short) ;;
  silent | garbage)
    python3 - "$port" "$what" <<'PY' &
import os, socket, sys
listener = socket.socket()
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind(("127.0.0.1", int(sys.argv[1])))
listener.listen()
kept = []
while True:
    one, _ = listener.accept()
    kept.append(one)
    if sys.argv[2] == "garbage":
        one.sendall(os.urandom(4096))
PY
    peer=$!; listening ;;
  s_server)
    mkfifo "$work/in" && exec 9<>"$work/in"  # an input that never ends
    openssl s_server -accept "127.0.0.1:$port" -cert "$work/ca.pem" -key "$work/key.pem" -quiet <&9 >/dev/null 2>&1 &
    peer=$!; listening ;;
  www)
    openssl s_server -accept "127.0.0.1:$port" -cert "$work/ca.pem" -key "$work/key.pem" -www >/dev/null 2>&1 &
    peer=$!; listening ;;
  nginx)
    nginx=$(PATH=$PATH:/usr/sbin command -v nginx) || skip "no nginx"
    mkdir "$work/html" "$work/tmp" && echo '<html><body>welcome</body></html>' >"$work/html/index.html"
    cat >"$work/nginx.conf" <<CONF
daemon off; master_process off; worker_processes 1; pid $work/pid; error_log $work/error.log;
events { worker_connections 64; }
http {
  access_log off; client_body_temp_path $work/tmp; proxy_temp_path $work/tmp; fastcgi_temp_path $work/tmp; uwsgi_temp_path $work/tmp; scgi_temp_path $work/tmp;
  server { listen 127.0.0.1:$port ssl; server_name peer.test; ssl_certificate $work/ca.pem; ssl_certificate_key $work/key.pem; root $work/html; }
}
CONF
    "$nginx" -p "$work" -e "$work/error.log" -c "$work/nginx.conf" >"$work/nginx.out" 2>&1 &
    peer=$!; listening ;;
  *) echo "peers_test.sh: found '$what'" >&2; exit 2 ;;
esac

cat >"$work/target.yaml" <<YAML
format: makeready-target/1
name: $what
connect: {address: 127.0.0.1, port: $port, server_name: peer.test, ca: $work/ca.pem}
keys: [AAAA-BBBB-CCCC-DDDD]
YAML
if [ "$what" = short ]; then
  cat >"$work/target.yaml" <<YAML
format: makeready-target/1
name: short
start: {command: [sh, -c, "echo 'no licence' >&2; exit 7"], ports: "\${RUN}/ports.json"}
YAML
fi
from=$SECONDS
timeout --kill-after=5 60 "$suite" server --target "$work/target.yaml" --timeout 2 --out "$work/run" >"$work/out" 2>"$work/err"
code=$?
took=$((SECONDS - from))
[ $took -le 45 ] || fail "it took $took s"
verdicts() { python3 -c 'import collections, json, sys; print(dict(collections.Counter(c["verdict"] for c in json.load(open(sys.argv[1]))["cases"])))' "$work/run/summary.json"; }
count() { python3 -c 'import json, sys; print(sum(c["verdict"] == sys.argv[2] for c in json.load(open(sys.argv[1]))["cases"]))' "$work/run/summary.json" "$1"; }
of() { python3 -c 'import json, sys; print([c["verdict"] for c in json.load(open(sys.argv[1]))["cases"] if c["id"] == sys.argv[2]][0])' "$work/run/summary.json" "$1"; }
case $what in
  dead)
    [ $code = 3 ] || fail "expected exit 3, found $code"
    grep -q 'cannot be reached: connection refused' "$work/err" || fail "expected the reason"
    for file in summary.json junit.xml report.html run.yaml; do [ -s "$work/run/$file" ] || fail "no $file"; done
    [ "$(count blocked)" -gt 200 ] && [ "$(count pass)" = 0 ] || fail "expected all blocked: $(verdicts)" ;;
  short)
    [ $code = 3 ] || fail "expected exit 3, found $code"
    grep -q 'exit 7.*no licence' "$work/err" || fail "expected how it ended and what it said"
    [ "$(count blocked)" -gt 200 ] && [ -s "$work/run/report.html" ] || fail "expected all blocked, and a report: $(verdicts)" ;;
  silent | garbage)
    [ $code = 1 ] || fail "expected exit 1, found $code"
    [ "$(of server/transport/handshake)" = fail ] || fail "expected the handshake to fail: $(verdicts)"
    [ "$(count fail)" = 1 ] && [ "$(count pass)" = 0 ] && [ "$(count trouble)" = 0 ] || fail "expected one failure and the rest blocked: $(verdicts)" ;;
  s_server | www | nginx)
    [ $code = 1 ] || fail "expected exit 1, found $code"
    [ "$(of server/transport/handshake)" = pass ] || fail "expected the handshake to pass: $(verdicts)"
    [ "$(of server/transport/answers)" = fail ] || fail "expected no answer of the protocol: $(verdicts)"
    # What TLS alone decides is judged; the rest waits for an answer of the protocol.
    # nginx speaks no TLS 1.3 unless told.
    [ $what = nginx ] && newest=warn || newest=pass
    [ "$(of server/transport/tls-1-3-accepted)" = $newest ] || fail "expected TLS to be judged: $(verdicts)"
    [ "$(of server/transport/certificate-asked)" = fail ] || fail "expected no client certificate to be asked for: $(verdicts)"
    [ "$(of server/actions/empty)" = blocked ] && [ "$(count trouble)" = 0 ] || fail "expected the rest to be blocked: $(verdicts)" ;;
esac
echo "passed in $took s: exit $code"
