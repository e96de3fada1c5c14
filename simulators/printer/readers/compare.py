#!/usr/bin/env python3
"""Compares what a program of others read from an emulated printer with the device's own state.

compare.py READER TRUTH.json OUTPUT [BEFORE.json]: exits 1 and says what differs. TRUTH is what the control interface tells. Each reader
has its own rules for levels; they are written down here as that program's documentation and source have them.
"""
import html
import json
import re
import sys
import xml.etree.ElementTree as xml

reader, truth_file, output_file = sys.argv[1:4]
truth = json.load(open(truth_file))
output = open(output_file, encoding="utf-8", errors="replace").read()
faults = []
compared = 0


def same(what, found, expected):
    global compared
    compared += 1
    if found != expected:
        faults.append(f"{what}: found {found!r}, the device has {expected!r}")


def percent(supply):
    """Of the level that SNMP tells; None where that is no number."""
    if supply["told"] < 0 or supply["max"] <= 0:
        return None
    return 100 * supply["told"] // supply["max"]


def snmpwalk():
    rows = {}
    for line in re.sub(r"\n(?!\.)", " ", output).splitlines():  # values over several lines
        found = re.match(r"\.([0-9.]+) = (?:([\w-]+): )?(.*)$", line)
        if found and found[2] == "Hex-STRING":  # as it shows what is not ASCII
            rows[found[1]] = (found[2], bytes.fromhex(found[3]).decode("utf-8", "replace"))
        elif found:
            rows[found[1]] = (found[2], found[3].strip('"'))
    mib = "1.3.6.1.2.1."
    same("serial", rows[mib + "43.5.1.1.17.1"][1], truth["serial"])
    same("life count", rows[mib + "43.10.2.1.4.1.1"], ("Counter32", str(truth["life_count"])))
    same("hrDeviceStatus", int(rows[mib + "25.3.2.1.5.1"][1]), truth["device_status"])
    same("hrPrinterStatus", int(rows[mib + "25.3.5.1.1.1"][1]), truth["printer_status"])
    for supply in truth["supplies"]:
        same(f"supply {supply['number']}", int(rows[f"{mib}43.11.1.1.9.1.{supply['number']}"][1]), supply["told"])
        same(f"supply {supply['number']} description", rows[f"{mib}43.11.1.1.6.1.{supply['number']}"][1], supply["description"])
    for tray in truth["inputs"]:
        same(f"tray {tray['number']}", int(rows[f"{mib}43.8.2.1.10.1.{tray['number']}"][1]), tray["told"])
    for cover in truth["covers"]:
        same(f"cover {cover['number']}", int(rows[f"{mib}43.6.1.1.3.1.{cover['number']}"][1]), 3 if cover["open"] else 4)
    codes = {int(name.rsplit(".", 1)[1]): int(value[1]) for name, value in rows.items() if name.startswith(mib + "43.18.1.1.7.1.")}
    same("alerts", codes, {alert["index"]: alert["code"] for alert in truth["alerts"]})


def netinventory():
    device = xml.fromstring(output[output.index("<"):]).find(".//DEVICE")
    same("serial", device.findtext("INFO/SERIAL"), truth["serial"])
    same("name", device.findtext("INFO/NAME"), truth["name"])
    same("location", device.findtext("INFO/LOCATION"), truth["location"])
    same("kind", device.findtext("INFO/TYPE"), "PRINTER")
    same("pages", device.findtext("PAGECOUNTERS/TOTAL"), str(truth["life_count"]))
    # Of each kind of cartridge it keeps the last.
    told = {one.tag: one.text for one in device.findall("CARTRIDGES/*")}
    words = {"black": "TONERBLACK", "cyan": "TONERCYAN", "magenta": "TONERMAGENTA", "yellow": "TONERYELLOW"}
    for supply in truth["supplies"]:
        tag = words.get(supply["colorant"]) if supply["type"] in (3, 21) else None
        others = [s for s in truth["supplies"] if s["type"] == supply["type"] and s["colorant"] == supply["colorant"]]
        if tag and len(others) == 1 and percent(supply) is not None:
            same(tag, told.get(tag), str(percent(supply)))


def check_snmp():
    found = re.search(r'SNMP OK - (\d+) "([^"]*)"', output)
    same("pages and serial", found and (found[1], found[2]), (str(truth["life_count"]), truth["serial"]))


def snmp_exporter():
    values = {}
    for line in output.splitlines():
        found = re.match(r"(\w+)(?:\{(.*)\})? ([-+.eE0-9]+)$", line)
        if found:
            values.setdefault(found[1], []).append((dict(re.findall(r'(\w+)="([^"]*)"', found[2] or "")), float(found[3])))
    same("life count", values["prtMarkerLifeCount"][0][1], float(truth["life_count"]))
    serial = values["prtGeneralSerialNumber"][0][0].get("prtGeneralSerialNumber", "")
    same("serial", bytes.fromhex(serial[2:]).decode() if serial.startswith("0x") else serial, truth["serial"])
    levels = {int(labels["prtMarkerSuppliesIndex"]): value for labels, value in values.get("prtMarkerSuppliesLevel", [])}
    same("levels", levels, {s["number"]: float(s["told"]) for s in truth["supplies"]})
    covers = {int(labels["prtCoverIndex"]): value for labels, value in values["prtCoverStatus"]}
    same("covers", covers, {c["number"]: 3.0 if c["open"] else 4.0 for c in truth["covers"]})
    codes = {int(labels["prtAlertIndex"]): value for labels, value in values["prtAlertCode"]}
    same("alerts", codes, {a["index"]: float(a["code"]) for a in truth["alerts"]})


def cups_snmp():
    found = re.match(r'network (\S+) "([^"]*)" "([^"]*)" "([^"]*)" "([^"]*)"', output)
    same("where", found and found[1].startswith("socket://" + truth["address"]), True)
    same("location", found and found[5], truth["location"])
    same("model in the device id", bool(found and ("MDL:" in found[4] or "MODEL:" in found[4])), True)


def cups_socket():
    before = json.load(open(sys.argv[4]))
    pages = re.search(r"PAGE: total (\d+)", output)
    same("pages of the job", pages and int(pages[1]), truth["life_count"] - before["life_count"])
    levels = re.findall(r"ATTR: marker-levels=([\d,-]+)", output)[-1]
    expected = []
    for supply in truth["supplies"]:
        level = percent(supply)
        if level is None:
            expected.append(-1)  # as CUPS 2.4.2 does; newer ones say 50
        else:
            expected.append(100 - level if supply["class"] == 4 else level)  # a receptacle is shown as its fill
    same("marker-levels", [int(n) for n in levels.split(",")], expected)


def mail():
    """What a mail server printed of the mail about an open cover."""
    cover = [alert for alert in truth["alerts"] if alert["severity"] == "critical"][-1]
    same("Subject", re.search(r"^Subject: (.*)$", output, re.M)[1], f"{truth['name']}: {cover['description']}")
    same("Code", re.search(r"^Code: (.*)$", output, re.M)[1], str(cover["code"]))
    same("Serial number", re.search(r"^Serial number: (.*)$", output, re.M)[1], truth["serial"])
    same("Pages printed", re.search(r"^Pages printed: (.*)$", output, re.M)[1], str(truth["life_count"]))


def web():
    """Pages of the embedded web server, one after the other."""
    values = {name: html.unescape(value) for name, value in re.findall(r'data-name="([^"]*)">([^<]*)<', output)}
    same("serial number", values.get("device/serial"), truth["serial"])
    same("life count", values.get("life-count"), str(truth["life_count"]))
    same("console", values.get("status/console/1"), truth["console"][0])
    for supply in truth["supplies"]:
        shown = values.get(f"supply/{supply['number']}/percent")
        same(f"percent of supply {supply['number']}", shown and int(shown), percent(supply))
    for alert in truth["alerts"]:
        same(f"code of alert {alert['index']}", values.get(f"alert/{alert['index']}/code"), str(alert["code"]))
    for meter in truth["meters"]:
        same(meter["name"], values.get("meter/" + meter["name"]), str(meter["value"]))


{"snmpwalk": snmpwalk, "netinventory": netinventory, "check_snmp": check_snmp, "snmp_exporter": snmp_exporter, "cups_snmp": cups_snmp,
 "cups_socket": cups_socket, "web": web, "mail": mail}[reader]()
for fault in faults:
    print(f"{reader}: {fault}", file=sys.stderr)
sys.exit(1 if faults or compared == 0 else 0)
