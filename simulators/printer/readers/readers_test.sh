#!/usr/bin/env bash
# Programs that others wrote read the emulated printers, and see what the devices are: net-snmp's tools, FusionInventory, the SNMP and
# socket backends of CUPS, Prometheus' snmp_exporter, the monitoring plug-in check_snmp. curl reads their web pages, rlpr and the lpd backend
# print on them, a mail server takes their alert mail. In a network namespace of its own, at real ports.
#   readers_test.sh MAKEREADY ENGINE
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
if [ "${1:-}" != --inside ]; then
  bin=$(realpath "$1")
  for tool in snmpget snmpwalk curl python3 unshare ip; do command -v $tool >/dev/null || { echo "skipped: no $tool"; exit 77; }; done
  [ "$(id -u)" = 0 ] && space=(unshare --net) || space=(unshare --user --map-root-user --net)
  "${space[@]}" true 2>/dev/null || { echo "skipped: no network namespace is to be had"; exit 77; }
  exec "${space[@]}" "$0" --inside "$bin" "$2"
fi
bin=$2 engine=$3 work=$(mktemp -d) children=()
trap 'for child in "${children[@]}"; do kill "$child" 2>/dev/null || true; done; wait 2>/dev/null || true; rm -rf "$work"' EXIT
fail() { echo "FAIL: $*" >&2; exit 1; }
ip link set lo up
address=127.77.0.1 control=http://127.0.0.1:8090/v1
export MIBS= MIBDIRS=/dev/null/none SNMPCONFPATH=/dev/null/none SNMP_PERSISTENT_DIR="$work/snmp"
mkdir -p "$work/snmp/cert_indexes"
ask() {  # method, path, body
  curl --silent --fail-with-body --noproxy '*' --max-time 20 --request "$1" --header 'Content-Type: application/json' ${3:+--data "$3"} "$control$2" ||
    fail "$1 $2 $3"
}
agrees() {  # reader; and another device would not have agreed
  python3 "$here/compare.py" "$1" "$work/truth.json" "$work/$1" || fail "$1 reads something else of $profile ($engine)"
  python3 "$here/compare.py" "$1" "$work/other.json" "$work/$1" 2>/dev/null && fail "the comparison of $1 cannot fail"
  return 0
}
missing=()
have() { if [ -x "$1" ] || command -v "$1" >/dev/null; then return 0; fi; missing+=("$1"); return 1; }

if have prometheus-snmp-exporter; then
  mibs=${MAKEREADY_SHARED:-../shared}/mibs
  if have prometheus-snmp-generator && [ -d "$mibs" ]; then
    # The objects are in the MIBs' own files, the module is made from them.
    cat >"$work/generator.yml" <<'YAML'
modules:
  printer_mib:
    walk: [prtGeneralPrinterName, prtGeneralSerialNumber, prtAlertCriticalEvents, prtAlertAllEvents, prtCoverStatus, prtMarkerLifeCount,
           prtMarkerPowerOnCount, prtMarkerSuppliesMaxCapacity, prtMarkerSuppliesLevel, prtAlertCode]
    version: 2
    auth: {community: public}
YAML
    mibs=$(realpath "$mibs")
    (cd "$work" && MIBS=ALL MIBDIRS=$mibs/ietf:$mibs/iana:$mibs/pwg prometheus-snmp-generator generate >generator.log 2>&1) || fail "$(cat "$work/generator.log")"
    prometheus-snmp-exporter --config.file="$work/snmp.yml" --web.listen-address=127.0.0.1:9116 >"$work/exporter.log" 2>&1 &
    children+=($!)
    for _ in $(seq 100); do curl --silent --noproxy '*' --output /dev/null http://127.0.0.1:9116/ && break; sleep 0.1; done
  fi
fi
# CUPS asks for supplies only where the queue has a PPD.
cat >"$work/queue.ppd" <<'PPD'
*PPD-Adobe: "4.3"
*FormatVersion: "4.3"
*FileVersion: "1.0"
*LanguageVersion: English
*LanguageEncoding: ISOLatin1
*PCFileName: "QUEUE.PPD"
*Product: "(Queue)"
*PSVersion: "(3010.000) 1"
*Manufacturer: "Queue"
*ModelName: "Queue"
*ShortNickName: "Queue"
*NickName: "Queue"
*LanguageLevel: "3"
*ColorDevice: True
*DefaultColorSpace: RGB
*OpenUI *PageSize: PickOne
*DefaultPageSize: A4
*PageSize A4: "<</PageSize[595 842]>>setpagedevice"
*CloseUI: *PageSize
*OpenUI *PageRegion: PickOne
*DefaultPageRegion: A4
*PageRegion A4: "<</PageSize[595 842]>>setpagedevice"
*CloseUI: *PageRegion
*DefaultImageableArea: A4
*ImageableArea A4: "0 0 595 842"
*DefaultPaperDimension: A4
*PaperDimension A4: "595 842"
PPD
printf '%%!PS-Adobe-3.0\n%%%%Pages: 3\nshowpage\nshowpage\nshowpage\n%%%%EOF\n' >"$work/three.ps"

readings=0
for file in simulators/printer/profiles/*.json; do
  [[ $file == *.schema.json ]] && continue
  profile=$(basename "$file" .json)
  rm -f "$work/ports.json"
  "$bin" printer --profile "$profile" --address $address --engine "$engine" --control 127.0.0.1:8090 --ports-json "$work/ports.json" \
    >"$work/printer.log" 2>&1 &
  printer=$!
  children+=($printer)
  for _ in $(seq 200); do [ -s "$work/ports.json" ] && break; kill -0 $printer 2>/dev/null || fail "$profile: $(cat "$work/printer.log")"; sleep 0.05; done
  ask POST /advance '{"seconds": 720}' >/dev/null
  # A supply that is nearly used up and a cover that is open: two alerts, one of them critical.
  supplied=yes
  ask GET /printers/0 | grep -q '"supplies": *\[\]' && supplied=no  # a printer that marks with heat alone
  [ $supplied = no ] || ask PATCH /printers/0/supplies/1 '{"level": 1}' >/dev/null
  ask PATCH /printers/0/covers/1 '{"open": true}' >/dev/null
  ask GET /printers/0 >"$work/truth.json"
  python3 -c 'import json, sys; t = json.load(sys.stdin); t["serial"] += "9"; t["location"] += "9"; json.dump(t, sys.stdout)' \
    <"$work/truth.json" >"$work/other.json"

  for version in 1 2c; do
    snmpwalk -v$version -c public -On $address .1.3.6.1.2.1 >"$work/snmpwalk" || fail "snmpwalk of $profile"
    agrees snmpwalk
  done
  snmpwalk -v3 -l authPriv -u makeready -a SHA-256 -A makeready-auth -x AES -X makeready-priv -On $address .1.3.6.1.2.1 >"$work/snmpwalk" || fail "snmpwalk -v3 of $profile"
  agrees snmpwalk
  readings=$((readings + 3))
  if have fusioninventory-netinventory; then
    fusioninventory-netinventory --host $address --credentials version:2c,community:public >"$work/netinventory" 2>"$work/log" || fail "netinventory: $(cat "$work/log")"
    agrees netinventory
    readings=$((readings + 1))
  fi
  if have /usr/lib/nagios/plugins/check_snmp; then
    /usr/lib/nagios/plugins/check_snmp -H $address -C public -P 2c -o .1.3.6.1.2.1.43.10.2.1.4.1.1,.1.3.6.1.2.1.43.5.1.1.17.1 >"$work/check_snmp" || fail "check_snmp: $(cat "$work/check_snmp")"
    agrees check_snmp
    readings=$((readings + 1))
  fi
  if [ -s "$work/snmp.yml" ]; then
    curl --silent --fail --noproxy '*' "http://127.0.0.1:9116/snmp?target=$address&module=printer_mib" >"$work/snmp_exporter" || fail "snmp_exporter: $(cat "$work/exporter.log")"
    agrees snmp_exporter
    readings=$((readings + 1))
  fi
  if have /usr/lib/cups/backend/snmp; then
    /usr/lib/cups/backend/snmp $address >"$work/cups_snmp" 2>"$work/log" || fail "the snmp backend: $(cat "$work/log")"
    agrees cups_snmp
    readings=$((readings + 1))
  fi
  if [ $supplied = yes ] && have /usr/lib/cups/backend/socket; then
    # A job through the socket backend: it watches the supplies, and counts the pages by prtMarkerLifeCount. Descriptors 3 and 4 are its
    # channels to the scheduler, so that the print file must not come to lie there.
    ask PATCH /printers/0/covers/1 '{"open": false}' >/dev/null
    ask PATCH /printers/0/supplies/1 '{"level": 1}' >/dev/null
    mkdir -p "$work/cache"
    CUPS_CACHEDIR=$work/cache PPD=$work/queue.ppd DEVICE_URI=socket://$address:9100 timeout 60 \
      /usr/lib/cups/backend/socket 1 ann three 1 '' "$work/three.ps" >"$work/log" 2>"$work/cups_socket" 3<>/dev/null 4<>/dev/null || fail "the socket backend: $(cat "$work/cups_socket")"
    rm -f "$work"/cache/*
    ask GET /printers/0 >"$work/after.json"
    python3 "$here/compare.py" cups_socket "$work/after.json" "$work/cups_socket" "$work/truth.json" || fail "the socket backend sees something else of $profile ($engine)"
    readings=$((readings + 1))
  fi
  # The web page, plain and over TLS.
  for url in http://$address https://$address; do
    for page in / /supplies /counters; do
      curl --silent --fail --insecure --noproxy '*' --max-time 20 "$url$page" || fail "$url$page"
    done >"$work/web"
    ask GET /printers/0 >"$work/truth.json"
    python3 -c 'import json, sys; t = json.load(sys.stdin); t["serial"] += "9"; json.dump(t, sys.stdout)' <"$work/truth.json" >"$work/other.json"
    agrees web
    readings=$((readings + 1))
  done
  # A cover is opened, and the mail server has the alert.
  if [ -z "${mailed:-}" ] && /usr/bin/python3 -c 'import aiosmtpd' 2>/dev/null; then
    /usr/bin/python3 -m aiosmtpd -n -l 127.0.0.1:2525 -c aiosmtpd.handlers.Debugging stdout >"$work/mail" 2>&1 &
    children+=($!)
    for _ in $(seq 200); do python3 -c 'import socket; socket.create_connection(("127.0.0.1", 2525), 1)' 2>/dev/null && break; sleep 0.05; done
    ask PATCH /printers/0/settings '{"mail_server": "127.0.0.1:2525", "mail_sender": "printer@example.test", "mail_recipients": ["ann@example.test"]}' >/dev/null
    ask PATCH /printers/0/covers/1 '{"open": false}' >/dev/null
    ask PATCH /printers/0/covers/1 '{"open": true}' >/dev/null
    for _ in $(seq 200); do grep -q 'END MESSAGE' "$work/mail" && break; sleep 0.05; done
    ask GET /printers/0 >"$work/truth.json"
    python3 "$here/compare.py" mail "$work/truth.json" "$work/mail" || fail "the mail says something else: $(cat "$work/mail")"
    mailed=yes readings=$((readings + 1))
  fi
  # Jobs over LPD: three pages; on the first printer in each order, and two copies of three.
  [ $supplied = no ] || ask POST /printers/0/supplies/1/replacement '{"serial": "NEW1"}' >/dev/null
  prints() {  # pages, command...
    local pages=$1 before after
    shift
    ask PATCH /printers/0/covers/1 '{"open": false}' >/dev/null
    before=$(ask GET /printers/0 | python3 -c 'import json, sys; print(json.load(sys.stdin)["life_count"])')
    timeout 60 "$@" >"$work/log" 2>&1 3<>/dev/null 4<>/dev/null || fail "$1: $(cat "$work/log")"
    after=$(ask GET /printers/0 | python3 -c 'import json, sys; t = json.load(sys.stdin); job = t["jobs"][-1]; print(t["life_count"], job["name"] + "/" + job["user"])')
    [ "$after" = "$((before + pages)) three/ann" ] || fail "$1 on $profile: expected $((before + pages)) three/ann, found $after"
    readings=$((readings + 1))
  }
  if have /usr/lib/cups/backend/lpd; then
    queue="lpd://$address/queue?reserve=none&banner=off"
    DEVICE_URI="$queue" prints 3 /usr/lib/cups/backend/lpd 1 ann three 1 '' "$work/three.ps"
    if [ -z "${spooled:-}" ]; then
      DEVICE_URI="$queue&order=data,control" prints 3 /usr/lib/cups/backend/lpd 1 ann three 1 '' "$work/three.ps"
      DEVICE_URI="$queue" prints 6 /usr/lib/cups/backend/lpd 1 ann three 2 '' "$work/three.ps"
    fi
  fi
  if have rlpr; then
    # -N: not from the ports 721 to 731, of which there are too few for so many runs.
    prints 3 rlpr -N -H $address -P queue -J three -U ann "$work/three.ps"
    [ -n "${spooled:-}" ] || prints 6 rlpr -N -H $address -P queue -J three -U ann --copies=2 --send-data-first "$work/three.ps"
    rlpq -N -H $address -P queue 2>&1 | grep -q 'no entries' || fail "rlpq on $profile"
  fi
  spooled=yes
  kill $printer
  wait $printer || true
done
[ ${#missing[@]} = 0 ] || echo "not there: $(printf '%s\n' "${missing[@]}" | sort -u | tr '\n' ' ')"
echo "$readings readings by others agree with the devices ($engine)"
