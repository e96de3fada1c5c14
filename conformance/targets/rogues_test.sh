#!/usr/bin/env bash
# rogues_test.sh MAKEREADY ROGUE [DEFECT...]: the whole server suite against each rogue server, which is the reference with one defect. Exactly the cases
# that rogues.yaml names for the defect must fail, no other case may fail or warn, and no more may be blocked than it says. Every defect that the
# program lists must stand in rogues.yaml, and every one there must be listed.
set -uo pipefail
makeready=$1 rogue=$2; shift 2
command -v python3 >/dev/null || { echo "skipped: no python3"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
expectations=conformance/targets/rogues.yaml
mapfile -t defects < <(if [ $# -gt 0 ]; then printf '%s\n' "$@"; else "$rogue" --list | awk '{print $1}'; fi)
[ ${#defects[@]} -gt 0 ] || { echo "FAIL: $rogue lists no defect"; exit 1; }

# The target file of the reference, with another program to start. The administration beside it is the product's.
sed -e 's|^name: reference$|name: rogue|' -e 's|^  command: \["${MAKEREADY}", server, |  command: ["${ROGUE}", --defect, "${DEFECT}", |' \
  -e "s|\${HERE}|$PWD/conformance/targets|g" conformance/targets/reference.yaml >"$work/rogue.yaml"
grep -q 'ROGUE' "$work/rogue.yaml" || { echo "FAIL: reference.yaml has another form than this script expects"; exit 1; }
export MAKEREADY=$makeready ROGUE=$rogue

one() {  # defect
  DEFECT=$1 "$makeready" suite server --target "$work/rogue.yaml" --timeout 30 --no-progress --out "$work/$1" >"$work/$1.out" 2>&1
  echo $? >"$work/$1.code"
}
for defect in "${defects[@]}"; do
  while [ "$(jobs -rp | wc -l)" -ge 2 ]; do wait -n; done
  one "$defect" &
done
wait

python3 - "$work" "$expectations" $# "${defects[@]}" <<'PY'
import json, os, re, sys
work, expectations, chosen, defects = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4:]
# rogues.yaml is plain: `defect:`, then `  fails: [..]`, `  warns: [..]` or `  blocked: N`, lists over several lines.
told, at = {}, None
text = re.sub(r"#.*", "", open(expectations).read())
for key, body in re.findall(r"^([a-z0-9-]+):\n((?:[ ].*\n|\n)*)", text, re.M):
    entry = {"fails": [], "warns": [], "blocked": "0"}
    for name, value in re.findall(r"^  (fails|warns): *\[([^\]]*)\]", body, re.M):
        entry[name] = ["server/" + word.strip() for word in value.split(",") if word.strip()]
    blocked = re.search(r"^  blocked: *(\d+|any)", body, re.M)
    entry["blocked"] = blocked.group(1) if blocked else "0"
    told[key] = entry
wrong = []
if not chosen:
    for name in sorted(set(told) ^ set(defects)):
        wrong.append(f"{name} stands only in " + (expectations if name in told else "the program's list"))
for name in defects:
    if name not in told:
        print(f"{name}: no expectation")
    path = f"{work}/{name}/summary.json"
    if not os.path.exists(path):
        wrong.append(f"{name}: no summary: " + open(f"{work}/{name}.out").read()[-600:])
        continue
    cases = json.load(open(path))["cases"]
    of = lambda verdict: [c["id"] for c in cases if c["verdict"] == verdict]
    fails, warns, blocked, trouble = of("fail"), of("warn"), of("blocked"), of("trouble")
    expected = told.get(name, {"fails": [], "warns": [], "blocked": "0"})
    problems = []
    for what, found, wanted in (("fails", fails, expected["fails"]), ("warns", warns, expected["warns"])):
        for case in sorted(set(found) - set(wanted)):
            seen = next(c for c in cases if c["id"] == case)
            problems.append(f"{what} {case} too: {seen['message']}; expected {seen['expected']}, found {seen['actual']}")
        for case in sorted(set(wanted) - set(found)):
            problems.append(f"{case} is expected among {what}, and is " + next((c["verdict"] for c in cases if c["id"] == case), "no case"))
    if trouble:
        problems.append("trouble: " + "; ".join(c["id"] + ": " + c["message"] for c in cases if c["verdict"] == "trouble"))
    if expected["blocked"] not in ("any", str(len(blocked))):
        problems.append(f"{len(blocked)} blocked, expected {expected['blocked']}: {blocked[:6]}")
    if not expected["fails"] and not expected["warns"]:
        problems.append("nothing is named that convicts it")
    code = int(open(f"{work}/{name}.code").read())
    if code != (1 if expected["fails"] else 0):
        problems.append(f"exit {code}")
    print(f"{name}: {len(fails)} failed, {len(warns)} warned, {len(blocked)} blocked" + ("" if not problems else "  WRONG"))
    wrong += [f"{name}: {problem}" for problem in problems]
print("\n".join("FAIL: " + one for one in wrong))
print(f"{len(defects)} rogues, {'each convicted by exactly its cases' if not wrong else str(len(wrong)) + ' findings'}")
sys.exit(1 if wrong else 0)
PY
