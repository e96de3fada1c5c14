#!/usr/bin/env bash
# reference.sh VERB...: what the target file of the reference server needs and one command line cannot say.
#   prepare                      makes the users, and the software of `upgrade`
#   revoked-key | closed-key     prints a registration key that must be refused
#   certificate CSR WHAT         prints a certificate of the server's own root for the request in the file CSR; WHAT is plain,
#                                expired, not-yet-valid or not-for-clients. Needs openssl and python3, and reads the root's key
#                                out of the store: the product issues no such certificates. Exit 77: they are not there.
# MAKEREADY is the program, DATA the server's folder.
set -euo pipefail
key() { "$MAKEREADY" server key --data "$DATA" --account "$1"; }
case $1 in
  prepare)
    "$MAKEREADY" server user --data "$DATA" --add suite --role support-administrator >&2
    "$MAKEREADY" server user --data "$DATA" --add suite-auditor --role auditor >&2
    head -c 3145745 /dev/urandom >"$DATA/suite-level-2.DLM"  # three parts of 1 MiB, and a little
    "$MAKEREADY" server software --data "$DATA" --add suite-level-2 --file "$DATA/suite-level-2.DLM" >&2 ;;
  revoked-key)
    made=$(key 'Suite Revoked')
    "$MAKEREADY" server key --data "$DATA" --revoke "$(printf %s "$made" | tr -d - | sha256sum | cut -c1-16)" >&2
    echo "$made" ;;
  closed-key)
    made=$(key 'Suite Closed')
    "$MAKEREADY" server account --data "$DATA" --close 'Suite Closed' >&2
    echo "$made" ;;
  certificate)
    csr=$2 what=$3
    command -v openssl >/dev/null && python3 -c 'import sqlite3' 2>/dev/null || { echo 'needs openssl, and python3 with sqlite3' >&2; exit 77; }
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    python3 - "$DATA/server.sqlite" >"$work/root.key" <<'PY'
import sqlite3, sys
store = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True, timeout=10)
print(store.execute("SELECT key_pem FROM authority WHERE name = 'root'").fetchone()[0])
PY
    use=clientAuth from=20200101000000Z until=20491231000000Z
    case $what in
      plain) ;;
      expired) until=20200201000000Z ;;
      not-yet-valid) from=20400101000000Z ;;
      not-for-clients) use=serverAuth ;;
      *) echo "reference.sh: found '$what'" >&2; exit 2 ;;
    esac
    : >"$work/index"
    cat >"$work/openssl.cnf" <<CNF
[issuing]
database = $work/index
new_certs_dir = $work
default_md = sha256
policy = any
rand_serial = yes
unique_subject = no
[any]
commonName = supplied
[leaf]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = $use
CNF
    openssl ca -batch -config "$work/openssl.cnf" -name issuing -extensions leaf -notext -in "$csr" -cert "$DATA/ca.pem" -keyfile "$work/root.key" \
      -out "$work/leaf.pem" -startdate $from -enddate $until 2>"$work/err" || { cat "$work/err" >&2; exit 3; }
    cat "$work/leaf.pem" ;;
  *) echo "reference.sh: found '$1'" >&2; exit 2 ;;
esac
