#!/usr/bin/env bash
# `makeready run` as its users meet it: verdicts, exit codes, files, the same trace for the same seed.
#   run_test.sh MAKEREADY virtual|recording|bad|wire|lifecycle|lifecycle_wire|regress
set -euo pipefail
bin=$1 what=$2 scenario=scenarios/lifecycle/daily_upload.yaml
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
fail() { echo "$*" >&2; exit 1; }
run() { "$bin" run "$@" --no-progress; }
expect_exit() {  # code, pattern of stderr, arguments…
  local code=$1 pattern=$2 status=0; shift 2
  run "$@" --out "$folder/bad" >"$folder/stdout" 2>"$folder/stderr" || status=$?
  [ $status -eq "$code" ] || fail "$*: exit $status, expected $code: $(cat "$folder/stderr")"
  grep -q "$pattern" "$folder/stderr" || fail "$*: stderr has no '$pattern': $(cat "$folder/stderr")"
}
verdicts() { awk '$2 ~ /^lifecycle\// {print $1, $2}' "$1"; }  # of a run's output: verdict and case
case $what in
  lifecycle)
    files=$(ls scenarios/lifecycle/*.yaml | wc -l)
    for folder_of in a b; do
      from=$SECONDS
      run scenarios/lifecycle --out "$folder/$folder_of" >"$folder/$folder_of.txt" || { cat "$folder/$folder_of.txt"; fail "a scenario failed"; }
      echo "$files scenarios in virtual time: $((SECONDS - from)) s"
    done
    [ "$(grep -c '^trace ' "$folder/a.txt")" -eq "$files" ] || fail "not every scenario tells its trace"
    diff <(grep '^trace ' "$folder/a.txt") <(grep '^trace ' "$folder/b.txt") || fail "two runs have different traces"
    for file in summary.json junit.xml report.html daily_upload/summary.json daily_upload/events.ndjson; do
      [ -s "$folder/a/$file" ] || fail "no $file"
    done
    # One that fails beside one that passes: the exit code is that of the worse, and both are in the result.
    mkdir "$folder/two"
    cp scenarios/lifecycle/registration.yaml "$folder/two/"
    sed 's/registrations == 2/registrations == 3/; s/^scenario: .*/scenario: Three/' scenarios/lifecycle/registration.yaml >"$folder/two/three.yaml"
    status=0; run "$folder/two" --out "$folder/c" >"$folder/c.txt" || status=$?
    [ $status -eq 1 ] || fail "one failed of two: exit $status, expected 1"
    tail -1 "$folder/c.txt" | grep -q "^makeready run .*two$" || fail "the last line does not reproduce it"
    grep -q '"id": "two/three/that-1"' "$folder/c/summary.json" && grep -q '"id": "two/registration/that-1"' "$folder/c/summary.json" ||
      fail "the merged summary lacks a scenario's cases"
    # A file that is wrong stops all before any runs.
    echo 'scenario: x' >"$folder/two/wrong.yaml"
    status=0; run "$folder/two" --out "$folder/d" >"$folder/d.txt" 2>"$folder/stderr" || status=$?
    [ $status -eq 2 ] && [ ! -e "$folder/d" ] || fail "a wrong file among others: exit $status, expected 2 and nothing run"
    ;;
  regress)
    run scenarios/regress --out "$folder/a" >"$folder/a.txt" || { cat "$folder/a.txt"; fail "what was mended is broken again"; }
    ;;
  lifecycle_wire)
    run scenarios/lifecycle --out "$folder/a" >"$folder/a.txt" || { cat "$folder/a.txt"; fail "a scenario failed"; }
    from=$SECONDS
    run scenarios/lifecycle --wire --out "$folder/b" >"$folder/b.txt" || { cat "$folder/b.txt"; fail "a scenario failed on the wire"; }
    echo "on the wire: $((SECONDS - from)) s"
    diff <(verdicts "$folder/a.txt") <(verdicts "$folder/b.txt") || fail "the wire gives other verdicts"
    [ "$(verdicts "$folder/a.txt" | wc -l)" -gt 50 ] || fail "too few cases to compare"
    ;;
  virtual)
    run $scenario --out "$folder/a" >"$folder/a.txt" || { cat "$folder/a.txt"; fail "the scenario failed"; }
    run $scenario --out "$folder/b" >"$folder/b.txt"
    run $scenario --seed 2 --out "$folder/c" >"$folder/c.txt"
    [ "$(head -1 "$folder/a.txt")" = "seed 1" ] || fail "the first line is not the seed"
    for file in summary.json junit.xml report.html events.ndjson run.yaml; do [ -s "$folder/a/$file" ] || fail "no $file"; done
    cmp "$folder/a/events.ndjson" "$folder/b/events.ndjson" || fail "two runs of one seed differ"
    [ "$(grep ^trace "$folder/a.txt")" = "$(grep ^trace "$folder/b.txt")" ] || fail "two runs of one seed have different hashes"
    [ "$(grep ^trace "$folder/a.txt")" != "$(grep ^trace "$folder/c.txt")" ] || fail "two seeds have one hash"
    sed 's/days == 3$/days == 4/' $scenario >"$folder/four.yaml"
    status=0; run "$folder/four.yaml" --out "$folder/d" >"$folder/d.txt" || status=$?
    [ $status -eq 1 ] || fail "a failed expectation ends with $status, expected 1"
    tail -1 "$folder/d.txt" | grep -q "^makeready run .*four.yaml --seed 1$" || fail "the last line does not reproduce it"
    ;;
  recording)
    recording=${MAKEREADY_SHARED:-../shared}/recordings/ricoh_mpc3002.snmprec
    [ -r "$recording" ] || { echo "skipped: no $recording"; exit 77; }
    levels=$(awk -F'|' '$1 ~ /^1\.3\.6\.1\.2\.1\.43\.11\.1\.1\.9\.1\./ {printf "%s ", $3}' "$recording")
    for mode in "" --wire; do
      run $scenario $mode --recording "$recording" --out "$folder/a" || fail "the scenario failed $mode"
      xml=$folder/a/reports/W492KB03439.xml
      [ -s "$xml" ] || fail "no report of the recorded serial number $mode: $(ls "$folder/a/reports")"
      grep -q '<Value>271871</Value>' "$xml" || fail "the recorded life count is not in the report $mode"
      found=$(sed -n '/<Supplies>/,/<\/Supplies>/ s:.*<Level>\(.*\)</Level>.*:\1:p' "$xml" | tr '\n' ' ')
      [ "$found" = "$levels" ] || fail "supply levels $mode: found $found, expected $levels"
    done
    ;;
  bad)
    sed 's/^duration: 3d/duratoin: 3d/' $scenario >"$folder/unknown.yaml"
    expect_exit 2 "unknown.yaml:7:1: .*duratoin" "$folder/unknown.yaml"
    sed 's/^seed: 1/seed: 1\nseed: 2/' $scenario >"$folder/twice.yaml"
    expect_exit 2 'twice.yaml:6:1: .*seed' "$folder/twice.yaml"
    sed 's/^seed: 1/seed: many/' $scenario >"$folder/type.yaml"
    expect_exit 2 "type.yaml:5:7: .*expected a whole number" "$folder/type.yaml"
    expect_exit 2 'no_such.yaml' "$folder/no_such.yaml"
    printf 'not a walk\n' >"$folder/bad.snmprec"
    expect_exit 2 'bad.snmprec' $scenario --recording "$folder/bad.snmprec"
    for seed in -1 18446744073709551616 1x; do
      status=0; run $scenario --seed=$seed --out "$folder/bad" >"$folder/stdout" 2>&1 || status=$?
      [ $status -eq 2 ] || fail "--seed=$seed: exit $status, expected 2"
      grep -q "found '$seed'" "$folder/stdout" || fail "--seed=$seed: $(cat "$folder/stdout")"
    done
    mkdir "$folder/empty"
    expect_exit 5 'no scenario' "$folder/empty"
    ;;
  wire)
    run $scenario --wire --out "$folder/a" || fail "the scenario failed on the wire"
    ;;
esac
