#!/usr/bin/env bash
# Both SNMP engines with 10,000 printers beside snmpd and snmpsim in one run: what an answer costs, how many there are a
# second, what an idle printer takes.
#
#   bench/wire/snmp_engines.sh [ROUNDS] [SECONDS_PER_MEASUREMENT]      defaults: 5 rounds of 3 s
#   MAKEREADY_BUILD=DIR    what was built there is measured, instead of building the release preset
#
# In each round every server is asked once for each kind of request, every other round in the opposite order, so that
# other programs on the machine hit all alike. A round's ratio is between figures of that round; told are the median of
# the rounds and their extremes. The servers have processor 0, the load processor 1. All is on 127.0.0.0/8; what is
# started here is ended here.
set -euo pipefail
rounds=${1:-5} seconds=${2:-3}
. "$(cd "$(dirname "${BASH_SOURCE[0]}")/../../tools" && pwd)/setup.sh"
need_packages build test
if [ -z "${MAKEREADY_BUILD:-}" ]; then
  build release makeready snmp-load
  MAKEREADY_BUILD="$top/build/release"
fi
makeready="$MAKEREADY_BUILD/tools/command/makeready" load="$MAKEREADY_BUILD/bench/wire/snmp-load"
work=$(mktemp -d)
pids=()
trap '[ ${#pids[@]} -eq 0 ] || kill "${pids[@]}" 2>/dev/null || true; wait 2>/dev/null || true; rm -rf "$work"' EXIT
declare -A pid first count port rss_start
pause() { read -rt "$1" <> <(:) || true; }
rss() { awk '/^VmRSS/ {print $2}' "/proc/$1/status"; }
# A server at FIRST that answers sysUpTime; else its log, and the end.
await() {  # name
  local i
  for i in $(seq 200); do
    snmpget -v2c -c public -t 1 -r 0 "${first[$1]}:${port[$1]}" 1.3.6.1.2.1.1.3.0 >/dev/null 2>&1 && return 0
    kill -0 "${pid[$1]}" 2>/dev/null || break
    pause 0.1
  done
  echo "$1 does not answer:" >&2
  tail -n 20 "$work/$1.log" >&2
  return 1
}

# --- snmpd: users and state of its own; values of this machine ---
cat >"$work/snmpd.conf" <<CONF
agentaddress udp:127.0.0.1:21610
rocommunity public
createUser makeready SHA-256 "makeready-auth" AES "makeready-priv"
rouser makeready authpriv
CONF
mkdir -p "$work/data" "$work/var" "$work/cache"
first[snmpd]=127.0.0.1 count[snmpd]=1 port[snmpd]=21610
taskset -c 0 env SNMP_PERSISTENT_DIR="$work/var" MIBS= snmpd -f -C -c "$work/snmpd.conf" -Lf "$work/snmpd.log" -I -smux &
pid[snmpd]=$!; pids+=($!)
await snmpd

# --- printers ---
printers() {  # engine count offset
  local name=$1-$2 i
  first[$name]=127.1.0.1 count[$name]=$2 port[$name]=$((161 + $3))
  taskset -c 0 "$makeready" printer --no-raw --lpd-port 0 --http-port 0 --https-port 0 --profile office-colour-mfp --engine "$1" --count "$2" --address 127.1.0.1 \
    --port-offset "$3" --control "127.0.0.1:$((80 + $3))" --ports-json "$work/$name.json" >"$work/$name.log" 2>&1 &
  pid[$name]=$!; pids+=($!)
  for i in $(seq 600); do
    [ -s "$work/$name.json" ] && break
    kill -0 "${pid[$name]}" 2>/dev/null || break
    pause 0.1
  done
  await "$name"
}
printers native 1 22000; printers native 10000 24000; printers net-snmp 1 26000; printers net-snmp 10000 28000

# --- snmpsim: the same printer, as it is walked at this moment ---
sim=$(command -v snmpsimd || command -v snmpsim-command-responder) || sim=
if [ -n "$sim" ]; then
  snmpbulkwalk -v2c -c public -One -Cc "${first[native-1]}:${port[native-1]}" 1.3.6.1 2>/dev/null | awk '
    BEGIN {tag["INTEGER"]=2; tag["STRING"]=4; tag["Hex-STRING"]="4x"; tag["OID"]=6; tag["IpAddress"]=64; tag["Counter32"]=65
           tag["Gauge32"]=66; tag["Timeticks"]=67; tag["Counter64"]=70}
    { split($3, type, ":"); if ($2 != "=" || !(type[1] in tag)) next
      oid=substr($1, 2); value=$0; sub(/^[^=]*= [A-Za-z0-9-]*: ?/, "", value); gsub(/[|"]/, "", value)
      if (type[1] == "Timeticks") {sub(/^\(/, "", value); sub(/\).*/, "", value)}
      if (type[1] == "OID") sub(/^\./, "", value)
      if (type[1] == "Hex-STRING") gsub(/ /, "", value)
      if (tag[type[1]] != 4 && value !~ /^[0-9A-Fa-f.]+$/) next
      print oid "|" tag[type[1]] "|" value }' >"$work/data/public.snmprec"
  as=(); [ "$(id -u)" -ne 0 ] || as=(--process-user=nobody --process-group=nogroup)
  chmod -R a+rX "$work"; chmod 777 "$work/cache"
  first[snmpsim]=127.0.0.1 count[snmpsim]=1 port[snmpsim]=21611
  taskset -c 0 "$sim" --data-dir="$work/data" --cache-dir="$work/cache" --agent-udpv4-endpoint=127.0.0.1:21611 "${as[@]}" \
    >"$work/snmpsim.log" 2>&1 & pid[snmpsim]=$!; pids+=($!)
  await snmpsim || sim=
fi
[ -n "$sim" ] || echo "snmpsim is not measured: it is not here, or did not start"

# What is asked for is the device's: a job, which it takes once it is warm, moves the page count that SNMP tells.
job() {  # name
  curl -sSf -o "$work/job" -H 'content-type: application/json' -d '{"black": 3, "colour": 2}' \
    "http://127.0.0.1:$((port[$1] - 161 + 80))/v1/printers/0/jobs" 2>"$work/job.log"
}
pages() { snmpget -v2c -c public -Oqv "${first[$1]}:${port[$1]}" 1.3.6.1.2.1.43.10.2.1.4.1.1; }
for name in native-10000 net-snmp-10000; do
  before=$(pages "$name")
  for i in $(seq 240); do job "$name" && break; pause 0.5; done
  after=$(pages "$name")
  [ $((after - before)) -eq 5 ] || { echo "$name: a job of 5 pages moved prtMarkerLifeCount from $before to $after" >&2; cat "$work/job.log" >&2; exit 1; }
done
pause 3  # the others are warm too
for name in native-1 native-10000 net-snmp-1 net-snmp-10000; do rss_start[$name]=$(rss "${pid[$name]}"); done

names=(snmpd)
[ -z "$sim" ] || names+=(snmpsim)
names+=(native-10000 net-snmp-10000)
measure() {  # name kind
  local line
  line=$(taskset -c 1 "$load" --first "${first[$1]}" --count "${count[$1]}" --port "${port[$1]}" --kind "$2" --seconds "$seconds" \
    --pid "${pid[$1]}" --auth makeready-auth --priv makeready-priv) || { echo "$1: $line" >&2; exit 1; }
  printf '{"round":%s,"server":"%s",%s\n' "$round" "$1" "${line#\{}" >>"$work/figures"
}
for round in $(seq "$rounds"); do
  echo "round $round of $rounds" >&2
  order=("${names[@]}")
  if [ $((round % 2)) -eq 0 ]; then
    order=()
    for name in "${names[@]}"; do order=("$name" "${order[@]}"); done
  fi
  for kind in get bulk v3; do
    for name in "${order[@]}"; do
      [ "$name-$kind" = snmpsim-v3 ] || measure "$name" "$kind"
    done
  done
  for name in native-10000 net-snmp-10000; do measure "$name" supplies; done
done
for name in native net-snmp; do
  printf '{"engine":"%s","start_1":%s,"start_n":%s,"after_1":%s,"after_n":%s}\n' "$name" "${rss_start[$name-1]}" \
    "${rss_start[$name-10000]}" "$(rss "${pid[$name-1]}")" "$(rss "${pid[$name-10000]}")" >>"$work/memory"
done
python3 "$top/bench/wire/snmp_ratios.py" "$work/figures" "$work/memory"
