#!/bin/bash
# makeready profile, as it is used: list, show, check, import; and the published schema against the reader.
#   profile_test.sh MAKEREADY [schema]
set -u
bin=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() { echo "FAIL: $*"; exit 1; }
profiles=simulators/printer/profiles

if [ "${2:-}" = schema ]; then
  "$profiles/schema/agree.py" "$bin" "$profiles/schema/profile.schema.json" "$profiles"/*.json
  exit $?
fi

# list: each file of the folder, once.
"$bin" profile list >"$work/list" || fail "list"
"$bin" profile list --json >"$work/list.json" || fail "list --json"
for file in "$profiles"/*.json; do
  key=$(basename "$file" .json)
  grep -q "^$key " "$work/list" || fail "list does not have $key"
  grep -q "\"key\":\"$key\"" "$work/list.json" || fail "list --json does not have $key"
done

# show: readable, and resolved so that what comes out is a profile without anything to compose.
"$bin" profile show production-colour >"$work/show" || fail "show"
grep -q '^front end  *Northpress Print Server' "$work/show" || fail "show does not tell the front end"
grep -q '93-410\|93-411' "$work/show" || fail "show does not tell the faults"
"$bin" profile show office-colour-cru --json >"$work/resolved.json" || fail "show --json"
grep -q '"like"\|"use"' "$work/resolved.json" && fail "something is left to compose"
"$bin" profile check "$work/resolved.json" >/dev/null || fail "a resolved profile is not good"
"$bin" profile show no-such >/dev/null 2>&1; [ $? = 2 ] || fail "show of what is not there: exit 2"

# check: all of ours are good; a word that is not one, a lie about what is lacking, a file that is not there.
"$bin" profile check "$profiles"/*.json >"$work/check" || { cat "$work/check"; fail "a built-in profile is not good"; }
printf '{"key": "mine", "like": "office-mono", "colours": 3}' >"$work/word.json"
"$bin" profile check "$work/word.json" >"$work/check"; [ $? = 1 ] || fail "an unknown word: exit 1"
grep -q 'colours' "$work/check" || fail "the unknown word is not named"
printf '{"key": "mine", "like": "office-mono", "lacks": {"add": ["Print Device Identity: model"]}}' >"$work/lie.json"
"$bin" profile check --json "$work/lie.json" "$profiles/office-mono.json" >"$work/check"; [ $? = 1 ] || fail "a lie: exit 1"
grep -q '"verdict":"fail".*"verdict":"pass"' "$work/check" || fail "verdicts: $(cat "$work/check")"
"$bin" profile check "$work/none.json" >/dev/null 2>&1; [ $? = 2 ] || fail "a file that is not there: exit 2"

# import: a small walk of our own, and every recording at hand; what comes out is good.
cat >"$work/My Walk.snmprec" <<'WALK'
1.3.6.1.2.1.1.1.0|4|Acme Laser 9; level 1.2
1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.32473.9
1.3.6.1.2.1.25.3.2.1.3.1|4|Acme Laser 9
1.3.6.1.2.1.43.5.1.1.17.1|4|QX1234567
1.3.6.1.2.1.43.8.2.1.9.1.1|2|550
1.3.6.1.2.1.43.8.2.1.10.1.1|2|200
1.3.6.1.2.1.43.8.2.1.13.1.1|4|Drawer A
1.3.6.1.2.1.43.10.2.1.4.1.1|65|4242
1.3.6.1.2.1.43.11.1.1.5.1.1|2|3
1.3.6.1.2.1.43.11.1.1.6.1.1|4|Black Toner 12X
1.3.6.1.2.1.43.11.1.1.8.1.1|2|9000
1.3.6.1.2.1.43.11.1.1.9.1.1|2|4500
WALK
"$bin" profile import "$work/My Walk.snmprec" --out "$work/mine.json" >/dev/null 2>"$work/guesses" || fail "import: $(cat "$work/guesses")"
grep -q '"key": "my-walk"' "$work/mine.json" || fail "the key is not from the file's name"
grep -q '"name": "Drawer A"' "$work/mine.json" && grep -q '"capacity": 9000' "$work/mine.json" || fail "import lost the tray or the toner"
grep -q 'QX1234567' "$work/mine.json" && fail "the recorded serial number was kept"
grep -q '^guessed .*yield' "$work/guesses" || fail "import does not say what was guessed"
"$bin" profile check "$work/mine.json" >"$work/check" || fail "an imported profile is not good: $(cat "$work/check")"
printf 'nothing\n' >"$work/nothing.snmprec"
"$bin" profile import "$work/nothing.snmprec" >/dev/null 2>&1; [ $? = 2 ] || fail "not a recording: exit 2"
shared=${MAKEREADY_SHARED:-../shared}
count=0
for file in "$shared"/recordings/*.snmprec "$shared"/fragments/*.snmprec; do
  [ -e "$file" ] || continue
  "$bin" profile import "$file" --key imported --out "$work/one.json" >/dev/null 2>"$work/guesses" || fail "import $file: $(cat "$work/guesses")"
  "$bin" profile check "$work/one.json" >"$work/check" || fail "imported from $file: $(cat "$work/check")"
  count=$((count + 1))
done
echo "$count recordings imported"
