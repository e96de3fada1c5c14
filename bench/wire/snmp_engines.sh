#!/usr/bin/env bash
# Both SNMP engines with 1 and 10,000 printers beside snmpd and snmpsim, in one run: interleaved rounds, medians, ratios.
#
#   bench/wire/snmp_engines.sh [ROUNDS] [SECONDS_PER_MEASUREMENT]      defaults: 5 rounds of 2 s
#
# Each server has processor 0 to itself, the load generator processor 1. Everything is on 127.0.0.0/8; what is started here is ended here.
set -euo pipefail
rounds=${1:-5} seconds=${2:-2}
. "$(cd "$(dirname "${BASH_SOURCE[0]}")/../../tools" && pwd)/setup.sh"
need_packages build test
build release makeready snmp-load
bin="$top/build/release"
work=$(mktemp -d)
pids=()
trap '[ ${#pids[@]} -eq 0 ] || kill "${pids[@]}" 2>/dev/null || true; wait 2>/dev/null || true; rm -rf "$work"' EXIT
auth=maplesyrup123 priv=maplesyrup456

cat >"$work/snmpd.conf" <<CONF
agentaddress udp:127.0.0.1:21610
rocommunity public
createUser makeready SHA-256 "$auth" AES "$priv"
rouser makeready authpriv
CONF
mkdir -p "$work/data" "$work/var"
# snmpsim serves what snmpd has in `system` and `interfaces`, so that a GETBULK of 25 finds 25 variables.
taskset -c 0 env SNMP_PERSISTENT_DIR="$work/var" snmpd -f -C -c "$work/snmpd.conf" -Lf "$work/snmpd.log" -I -smux & pids+=($!)
for i in $(seq 50); do snmpget -v2c -c public -t 1 -r 0 127.0.0.1:21610 1.3.6.1.2.1.1.1.0 >/dev/null 2>&1 && break; done
snmpwalk -v2c -c public -One -Oqe 127.0.0.1:21610 1.3.6.1.2.1 2>/dev/null |
  awk '{oid=substr($1,2); $1=""; v=substr($0,2); gsub(/[|"]/,"",v); if (oid ~ /^[0-9.]+$/ && ++n <= 400) print oid "|4|" v}' >"$work/data/public.snmprec"
if command -v snmpsimd >/dev/null; then sim=snmpsimd; else sim=snmpsim-command-responder; fi
extra=(); [ "$(id -u)" -ne 0 ] || extra=(--process-user=nobody --process-group=nogroup)
chmod -R a+rX "$work"; mkdir -p "$work/cache"; chmod 777 "$work/cache"
taskset -c 0 $sim --data-dir="$work/data" --cache-dir="$work/cache" --agent-udpv4-endpoint=127.0.0.1:21611 "${extra[@]}" >"$work/snmpsim.log" 2>&1 & pids+=($!)

printers() {  # engine count offset
  taskset -c 0 "$bin/tools/command/makeready" printer --profile office-colour-mfp --engine "$1" --count "$2" --address 127.1.0.1 --port-offset "$3" \
    --ports-json "$work/$1-$2.json" >"$work/$1-$2.log" 2>&1 & pids+=($!)
}
printers native 1 22000; printers native 10000 23000; printers net-snmp 1 24000; printers net-snmp 10000 25000
for name in native-1 native-10000 net-snmp-1 net-snmp-10000; do
  for i in $(seq 600); do [ -s "$work/$name.json" ] && break; read -rt 0.1 <> <(:) || true; done
  [ -s "$work/$name.json" ] || { echo "$name did not start:" >&2; cat "$work/$name.log" >&2; exit 1; }
done
passphrases() { sed -n 's/.*"'"$1"'": *"\([^"]*\)".*/\1/p' "$work/native-1.json" | head -n 1; }
ours_auth=$(passphrases authentication_passphrase) ours_priv=$(passphrases privacy_passphrase)

measure() {  # name first count port kind
  local user=(--auth "$ours_auth" --priv "$ours_priv")
  case "$1" in snmpd) user=(--auth "$auth" --priv "$priv") ;; esac
  local line; line=$(taskset -c 1 "$bin/bench/wire/snmp-load" --first "$2" --count "$3" --port "$4" --kind "$5" --seconds "$seconds" "${user[@]}") || true
  printf '%s %s %s\n' "$1" "$5" "$(sed -n 's/.*"per_second":\([0-9]*\).*/\1/p' <<<"$line")" >>"$work/figures"
  echo "  $1 $line" >&2
}
for round in $(seq "$rounds"); do
  echo "round $round of $rounds" >&2
  for kind in get bulk v3; do
    measure snmpd 127.0.0.1 1 21610 $kind
    [ $kind = v3 ] || measure snmpsim 127.0.0.1 1 21611 $kind
    measure native-1 127.1.0.1 1 22161 $kind
    measure native-10000 127.1.0.1 10000 23161 $kind
    measure net-snmp-1 127.1.0.1 1 24161 $kind
    measure net-snmp-10000 127.1.0.1 10000 25161 $kind
  done
done
echo "requests per second, median of $rounds rounds of ${seconds} s; ratio to snmpd in the same run; resident memory"
awk '{v[$1" "$2]=v[$1" "$2]" "$3} END {
  n=split("snmpd snmpsim native-1 native-10000 net-snmp-1 net-snmp-10000",names," "); split("get bulk v3",kinds," ");
  for (k=1;k<=3;k++) for (i=1;i<=n;i++) { key=names[i]" "kinds[k]; m=split(v[key],a," "); if (m==0) continue;
    for (x=1;x<=m;x++) for (y=x+1;y<=m;y++) if (a[y]+0<a[x]+0) {t=a[x];a[x]=a[y];a[y]=t}
    med[key]=a[int((m+1)/2)]; base=med["snmpd "kinds[k]]; sim=med["snmpsim "kinds[k]];
    printf "%-16s %-5s %10d  x%.2f snmpd%s\n", names[i], kinds[k], med[key], base?med[key]/base:0, sim?sprintf("  x%.0f snmpsim",med[key]/sim):"" } }' "$work/figures"
for pid in "${pids[@]}"; do
  printf '%s %s kB\n' "$(tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | cut -c1-110)" "$(awk '/VmRSS/{print $2}' "/proc/$pid/status" 2>/dev/null)"
done
