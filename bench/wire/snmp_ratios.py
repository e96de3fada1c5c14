"""snmp_ratios.py FIGURES MEMORY: the tables of snmp_engines.sh from its lines of JSON."""

import json
import statistics
import sys

KINDS = {
    "get": "v2c GET of sysUpTime",
    "bulk": "v2c GETBULK of 25 from ifTable",
    "v3": "v3 GET of sysUpTime, SHA-256 and AES-128",
    "supplies": "v2c GETBULK of 25 from the supplies' levels",
}


def lines(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def cost(figure):
    """Microseconds of the server's processor for an answer."""
    return figure["server_seconds"] / figure["answered"] * 1e6


def rate(figure):
    return figure["answered"] / figure["seconds"]


def spread(values):
    return f"{statistics.median(values):7.2f} ({min(values):.2f} to {max(values):.2f})"


figures = lines(sys.argv[1])
by = {(f["round"], f["kind"], f["server"]): f for f in figures}
rounds = sorted({f["round"] for f in figures})
servers = list(dict.fromkeys(f["server"] for f in figures))

print(f"Per answer, median of {len(rounds)} rounds (least to most); ratios are made within a round.")
print("'cpu' is the ratio of processor time, the figure to go by: other programs hardly change it.")
print("'rate' is the ratio of answers per second, true only where the server was busy all the time.\n")
for kind, title in KINDS.items():
    print(title)
    for server in servers:
        own = [by[r, kind, server] for r in rounds if (r, kind, server) in by]
        if not own:
            continue
        busy = statistics.median(f["server_seconds"] / f["seconds"] for f in own)
        load = statistics.median(f["load_seconds"] / f["seconds"] for f in own)
        print(
            f"  {server:15} {statistics.median(map(cost, own)):8.2f} us cpu {statistics.median(map(rate, own)):9.0f}/s"
            f"  server {busy:4.0%} busy, load {load:4.0%}"
            + (f", {sum(f['lost'] for f in own)} lost" if any(f["lost"] for f in own) else "")
        )
        for peer in ("snmpd", "snmpsim"):
            if server in ("snmpd", "snmpsim") or (rounds[0], kind, peer) not in by:
                continue
            pairs = [(by[r, kind, peer], by[r, kind, server]) for r in rounds]
            print(
                f"      to {peer:8} cpu {spread([cost(p) / cost(o) for p, o in pairs])}"
                f"   rate {spread([rate(o) / rate(p) for p, o in pairs])}"
            )
    print()

print("Values that move: " + ", ".join(
    f"{server} {'yes' if all(f['moves'] for f in figures if f['server'] == server and f['kind'] == 'get') else 'no'}"
    for server in servers) + "; a job moved the printers' page counts.\n")
print("Resident memory of idle printers: 10,000 beside 1, divided by 9,999")
for m in lines(sys.argv[2]):
    print(
        f"  {m['engine']:9} started {(m['start_n'] - m['start_1']) / 9999:6.2f} KiB each beyond {m['start_1'] / 1024:.1f} MiB"
        f"; after the load {(m['after_n'] - m['after_1']) / 9999:6.2f} KiB each"
    )
