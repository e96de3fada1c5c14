#!/usr/bin/env bash
# reference_test.sh MAKEREADY: the whole server suite, slow cases too, against the reference server: every case passes, nothing is
# blocked or skipped but for want of a tool, and the files of the run are there.
set -uo pipefail
bin=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() { echo "FAIL: $*"; cat "$work/out" 2>/dev/null; exit 1; }
for tool in python3; do command -v $tool >/dev/null || { echo "skipped: no $tool"; exit 77; }; done

"$bin" suite server --target conformance/targets/reference.yaml --slow --timeout 60 --out "$work/run" >"$work/out" 2>"$work/err"
code=$?
[ $code = 0 ] || fail "exit $code: $(cat "$work/err")"
for file in summary.json junit.xml report.html run.yaml; do [ -s "$work/run/$file" ] || fail "no $file"; done
python3 - "$work/run" <<'PY' || fail "the files of the run do not agree"
import json, sys, xml.etree.ElementTree as tree
folder = sys.argv[1]
run = json.load(open(folder + "/summary.json"))
cases = run["cases"]
assert run["verdict"] == "pass" and run["exit_code"] == 0, run["verdict"]
assert len(cases) >= 40, len(cases)
odd = [(c["id"], c["verdict"], c["message"]) for c in cases if c["verdict"] != "pass"]
odd = [o for o in odd if not (o[1] == "skip" and "ended with 77" in o[2])]
assert not odd, odd
assert all(c["evidence"] for c in cases), [c["id"] for c in cases if not c["evidence"]]
assert all(c["requirements"] for c in cases)
suite = tree.parse(folder + "/junit.xml").getroot()
assert int(suite.get("tests")) == len(cases) and suite.get("failures") == "0"
page = open(folder + "/report.html").read()
assert "REG-KEY-WRONG" in page and "UPL-KEY-KEPT" in page, "the page lists judged and unjudged requirements"
# A registration key is a secret: none stands in what the run leaves.
import re
for name in ("summary.json", "report.html", "junit.xml", "run.yaml"):
    text = open(f"{folder}/{name}").read()
    keys = set(re.findall(r"\b(?:[A-Z0-9]{4}-){5,}[A-Z0-9]{4}\b", text)) - {"AAAA-BBBB-CCCC-DDDD-EEEE-FFFF-GGGG-HHHH"}
    assert not keys, (name, keys)
    assert "PRIVATE KEY" not in text, name
PY
leftover=$(pgrep -f -- "--ports-json $work/" || true)
[ -z "$leftover" ] || fail "the suite left a server behind: $leftover"

# A reader of the list, and words that are wrong.
"$bin" suite server --list --filter 'server/registration/key-*' | grep -q 'server/registration/key-wrong' || fail "--list --filter"
"$bin" suite server --target conformance/targets/reference.yaml --filter 'nothing/*' >"$work/out" 2>&1
[ $? = 5 ] || fail "a filter that selects nothing: expected exit 5"
sed 's/stop_signal: TERM/stop_signal: STOP/' conformance/targets/reference.yaml >"$work/bad.yaml"
"$bin" suite server --target "$work/bad.yaml" >"$work/out" 2>&1
[ $? = 2 ] || fail "a bad target file: expected exit 2"
grep -qE 'bad.yaml:[0-9]+:[0-9]+: found .STOP.' "$work/out" || fail "a bad target file: expected line and column"
tail -n 4 "$work/run/run.yaml" >/dev/null
echo "passed"
