#!/usr/bin/env bash
# The report of a run as a person meets it: opened in Chromium, an order followed back by its links to the report, the read, the
# varbind and the job. The pictures are kept.
#   report_page_test.sh MAKEREADY FOLDER     FOLDER is where report and pictures are left
set -euo pipefail
bin=$1 kept=$2
command -v chromium >/dev/null || { echo "skipped: no chromium"; exit 77; }
command -v python3 >/dev/null || { echo "skipped: no python3"; exit 77; }
profile=$(mktemp -d)
trap 'rm -rf "$profile"' EXIT
rm -rf "$kept"
mkdir -p "$kept"
"$bin" run scenarios/lifecycle/supplies_order.yaml --out "$kept" --no-progress >"$kept/stdout.txt" 2>&1 ||
  { cat "$kept/stdout.txt"; echo "the scenario failed" >&2; exit 1; }
page=file://$(realpath "$kept")/report.html

# Offline: names resolve to nowhere, so that a page that asks for anything from outside shows it.
browser() {
  timeout 120 chromium --headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking \
    --disable-component-update --disable-sync --disable-dev-shm-usage --host-resolver-rules='MAP * ~NOTFOUND' \
    --user-data-dir="$profile" "$@" 2>"$kept/chromium.txt"
}
browser --dump-dom "$page" >"$kept/dom.html"
# The whole page in one picture: Chromium photographs a page from its top only.
browser --window-size=1280,4000 --screenshot="$kept/report.png" "$page"
browser --window-size=1280,4000 --blink-settings=preferredColorScheme=0 --screenshot="$kept/report_dark.png" "$page"
for picture in report report_dark; do
  [ "$(stat -c %s "$kept/$picture.png")" -gt 20000 ] || { echo "$picture.png is empty" >&2; exit 1; }
done

python3 - "$kept" <<'PY'
import html.parser, json, os, sys

folder = sys.argv[1]

class Page(html.parser.HTMLParser):
    """Every place of the page, and of each step of a chain its role, links and values."""
    def __init__(self):
        super().__init__()
        self.places, self.links, self.steps, self.step, self.scripts = [], [], {}, None, 0
        self.in_role = False
    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if "id" in attributes:
            self.places.append(attributes["id"])
        if tag == "script":
            self.scripts += 1
        if tag == "li" and "id" in attributes:
            self.step = {"role": "", "because": [], "led": [], "files": [], "text": ""}
            self.steps[attributes["id"]] = self.step
        self.in_role = attributes.get("class") == "role"
        if tag == "a":
            href = attributes.get("href", "")
            if href.startswith("#"):
                self.links.append(href[1:])
            elif self.step is not None:
                self.step["files"].append(href)
            if self.step is not None and attributes.get("class") in ("because", "led"):
                self.step[attributes["class"]].append(href[1:])
    def handle_endtag(self, tag):
        if tag == "li":
            self.step = None
        self.in_role = False
    def handle_data(self, data):
        if self.step is not None:
            self.step["text"] += " " + data
            if self.in_role:
                self.step["role"] += data

def need(condition, what):
    if not condition:
        sys.exit("report.html: " + what)

page = Page()
page.feed(open(os.path.join(folder, "dom.html"), encoding="utf-8").read())
need(page.scripts == 0, "it has a script")
need(len(page.places) == len(set(page.places)), "two places have one name")
for link in page.links:
    need(link in set(page.places), f"the link #{link} goes nowhere")

events = {}
placed = 0
with open(os.path.join(folder, "events.ndjson"), encoding="utf-8") as lines:
    for line in lines:
        event = json.loads(line)
        placed += event["kind"] == "order.placed"
        if event.get("id"):
            events.setdefault(event["id"], []).append(event)
need(placed > 0, "the scenario placed no order")

followed = 0
for name, step in page.steps.items():
    if not name.startswith("orders-") or step["role"] != "order":
        continue
    # Backwards by the links alone, one role after the other; a step may be passed on the way.
    at, found = name, ["order"]
    while page.steps[at]["because"]:
        following = page.steps[at]["because"][0]
        need(at in page.steps[following]["led"], f"{following} does not lead back to {at}")
        at = following
        found.append(page.steps[at]["role"])
    wanted = [role for role in found if role in ("order", "report", "read", "varbind", "job")]
    if wanted != ["order", "report", "read", "varbind", "job"]:
        sys.exit(f"report.html: {name} leads to {' -> '.join(found)}, expected order -> report -> read -> varbind -> job")
    for step in page.steps.values():
        for file in step["files"]:
            need(os.path.exists(os.path.join(folder, file)), f"there is no {file}")
    followed += 1
need(followed == min(placed, 50), f"{followed} of {placed} orders can be followed")

# The chain tells what the events say: the job's id is an event of a printed job, the varbind's an answer of that printer.
chain = [step for name, step in page.steps.items() if name.startswith("orders-1-")]
for role, kind in (("job", "printer.printed"), ("varbind", "printer.answered"), ("report", "report.stored"), ("order", "order.placed")):
    step = next(step for step in chain if step["role"] == role)
    ids = [word for word in step["text"].split() if word in events and any(e["kind"] == kind for e in events[word])]
    need(ids, f"the {role} of the first order names no event of kind {kind}")
print(f"{followed} orders followed back to their jobs; {len(page.links)} links, each goes somewhere")
PY
echo "kept: $kept/report.html $kept/report.png $kept/report_dark.png"
