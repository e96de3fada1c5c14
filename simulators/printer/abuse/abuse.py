#!/usr/bin/env python3
"""Abuses emulated printers over the network: they go on answering, and their memory stays as it was.

abuse.py MAKEREADY ENGINE: starts three printers on loopback, sends the PROTOS datagrams (where ../shared has them), 100,000 mutated
packets, garbage on every TCP port, connections that never end and others that trickle. After each round a printer must answer an SNMP
GET within a second and print a real job; at the end the program must leave with 0 (under a sanitizer: with nothing to report).
"""
import gzip
import json
import os
import random
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time

makeready, engine = sys.argv[1:3]
OFFSET = 33000
NET = {"native": 88, "net-snmp": 89}[engine]  # the two may run side by side
ADDRESSES = [f"127.{NET}.0.{n}" for n in (1, 2, 3)]
PACKETS = 100_000
SETTLED_KB = 8192  # what all of it may leave behind once warmed up
LEVEL_KB = 128     # by how much memory may be more after a round, for it to be flat
chance = random.Random(1)
sent = 0


# --- BER, as little as a client needs ---

def tlv(tag, content):
    n = len(content)
    length = bytes([n]) if n < 128 else bytes([0x81, n]) if n < 256 else bytes([0x82, n >> 8, n & 255])
    return bytes([tag]) + length + content


def integer(n):
    return tlv(2, n.to_bytes(max(1, (n.bit_length() + 8) // 8), "big"))


def oid(text):
    arcs = [int(arc) for arc in text.split(".")]
    out = bytes([40 * arcs[0] + arcs[1]])
    for arc in arcs[2:]:
        part = [arc & 127]
        while arc := arc >> 7:
            part.append(arc & 127 | 128)
        out += bytes(reversed(part))
    return tlv(6, out)


def message(version, pdu, names, a=0, b=0, community=b"public", request=7, value=b"\x05\x00"):
    varbinds = b"".join(tlv(0x30, oid(name) + value) for name in names)
    return tlv(0x30, integer(version) + tlv(4, community) + tlv(pdu, integer(request) + integer(a) + integer(b) + tlv(0x30, varbinds)))


LIFE = "1.3.6.1.2.1.43.10.2.1.4.1.1"
DISCOVERY = tlv(0x30, integer(3) + tlv(0x30, integer(9) + integer(65507) + tlv(4, b"\x04") + integer(3)) +
                tlv(4, tlv(0x30, tlv(4, b"") + integer(0) + integer(0) + tlv(4, b"") + tlv(4, b"") + tlv(4, b""))) +
                tlv(0x30, tlv(4, b"") + tlv(4, b"") + tlv(0xA0, integer(9) + integer(0) + integer(0) + tlv(0x30, b""))))
SEEDS = [
    message(0, 0xA0, [LIFE]), message(1, 0xA0, [LIFE, "1.3.6.1.2.1.1.1.0"]), message(1, 0xA1, ["1.3.6.1"]),
    message(1, 0xA5, ["1.3.6.1.2.1.43"], 0, 25), message(1, 0xA5, ["1.3.6.1.2.1.1.3", "1.3.6.1.2.1.25"], 1, 40),
    message(1, 0xA3, ["1.3.6.1.2.1.1.4.0"], community=b"private", value=tlv(4, b"somebody")),
    message(1, 0xA2, [LIFE]), message(0, 0xA4, []), DISCOVERY,
]


def mutated(packet):
    packet = bytearray(packet)
    for _ in range(chance.randint(1, 6)):
        kind = chance.randrange(5)
        at = chance.randrange(len(packet)) if packet else 0
        if kind == 0 and packet:
            packet[at] = chance.randrange(256)
        elif kind == 1 and packet:
            packet[at] ^= 1 << chance.randrange(8)
        elif kind == 2:
            packet[at:at] = chance.randbytes(chance.randint(1, 8))
        elif kind == 3:
            del packet[at:at + chance.randint(1, 8)]
        elif packet:
            packet[at] = chance.choice([0, 0x7F, 0x80, 0x81, 0x84, 0xFF])
    return bytes(packet)


# --- the printers ---

def fail(why):
    print("FAIL:", why, file=sys.stderr)
    with open(log.name, errors="replace") as told:
        sys.stderr.write(told.read()[-4000:])
    child.kill()
    sys.exit(1)


work = tempfile.TemporaryDirectory()
log = open(os.path.join(work.name, "log"), "w")
ports_file = os.path.join(work.name, "ports.json")
child = subprocess.Popen([makeready, "printer", "--profile", "office-colour-mfp", "--count", "3", "--address", ADDRESSES[0], "--port-offset",
                          str(OFFSET), "--engine", engine, "--control", "127.0.0.1:0", "--ports-json", ports_file],
                         stdout=log, stderr=subprocess.STDOUT,
                         # A sanitizer must not keep what was freed for long, or memory says nothing.
                         env={**os.environ, "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":quarantine_size_mb=1"})
for _ in range(600):
    if os.path.exists(ports_file):
        break
    if child.poll() is not None:
        fail("it did not start")
    time.sleep(0.05)
ports = json.load(open(ports_file))
raw_ports = ports["printers"][0]["raw"]
tcp_ports = raw_ports + [ports["printers"][0][name] for name in ("lpd", "http", "https")]
control = ports["control"].removeprefix("http://").removesuffix("/v1")


def advance(seconds):
    body = json.dumps({"seconds": seconds})
    with socket.create_connection((control.rsplit(":", 1)[0], int(control.rsplit(":", 1)[1])), timeout=30) as s:
        s.sendall(f"POST /v1/advance HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n{body}".encode())
        if b" 200 " not in s.recv(4096):
            fail("the control interface refuses")


def memory():
    with open(f"/proc/{child.pid}/status") as status:
        return int(next(line for line in status if line.startswith("VmRSS")).split()[1])


def life(address):
    """prtMarkerLifeCount, asked once, answered within a second."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.settimeout(1)
        request = chance.randrange(1 << 20, 1 << 28)
        s.sendto(message(1, 0xA0, [LIFE], request=request), (address, OFFSET + 161))
        try:
            answer = s.recv(65536)
        except TimeoutError:
            fail(f"{address} does not answer within a second")
        _, found, value = answer.partition(oid(LIFE) + b"\x41")  # Counter32
        if not found or integer(request) not in answer:
            fail(f"{address} answers {answer.hex()}")
        return int.from_bytes(value[1:1 + value[0]], "big")


def job(address):
    before = life(address)
    with socket.create_connection((address, raw_ports[0]), timeout=20) as s:
        s.sendall(b"%!PS-Adobe-3.0\n%%Pages: 2\nshowpage\nshowpage\n%%EOF\n")
        s.shutdown(socket.SHUT_WR)
        s.settimeout(20)
        while s.recv(4096):
            pass
    if (after := life(address)) != before + 2:
        fail(f"a job of 2 pages made the life count of {address} {after}, before {before}")


def alive(what):
    if child.poll() is not None:
        fail(f"{what}: it ended with {child.returncode}")
    for address in ADDRESSES:
        life(address)
    job(ADDRESSES[1])
    print(f"{what}: answers, prints, {memory()} kB", flush=True)


def datagrams(packets):
    global sent
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.setblocking(False)
        for i, packet in enumerate(packets):
            try:
                s.sendto(packet[:65000], (ADDRESSES[i % 3], OFFSET + 161))
                sent += 1
            except OSError:
                pass
            if i % 16 == 15:  # what comes back is read, so that nothing piles up
                life(ADDRESSES[0]) if i % 4096 == 4095 else None
                try:
                    while True:
                        s.recv(65536)
                except OSError:
                    pass
            if i % 256 == 255:
                life(ADDRESSES[i // 256 % 3])


def garbage(port):
    openings = [b"", b"\0" * 70000, chance.randbytes(70000), b"\x1b%-12345X@PJL " + b"A" * 200000, b"@PJL\r\n" * 20000,
                b"%%XRXbegin\n%%OID_ATT_JOB_TYPE OID_VAL_JOB_TYPE_DYNAMIC_LOADABLE_MODULE\n" + b"x" * 5000,
                b"%!PS\n" + b"(" * 100000, b"\x1b*b65535W" + b"z" * 100, b"\x05" * 4096, b"GET / HTTP/1.1\r\n\r\n" * 100,
                b"GET / HTTP/1.1\r\nHost: x\r\n\r\n" * 200, b"\2lp\n\3" b"999999999 dfA\n" + b"x" * 100000, b"\2lp\n\2" b"65536 cfA\n" + b"f" * 70000,
                b"\x16\x03\x01\x02\x00\x01\x00" + b"\0" * 5000, b"@PJL INFO CONFIG\r\n" * 5000]
    for opening in openings:
        try:
            with socket.create_connection((ADDRESSES[0], port), timeout=20) as s:
                s.sendall(opening)
                if chance.random() < 0.5:
                    s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # reset instead of an end
        except OSError:
            pass  # it may hang up first


def crowd():
    """Connections that say nothing, and ones that trickle, on one printer; the others print on."""
    held = []
    for port in tcp_ports:
        for _ in range(40):
            try:
                held.append(socket.create_connection((ADDRESSES[0], port), timeout=5))
            except OSError:
                break
    for _ in range(20):
        for s in held:
            try:
                s.send(b"@")
            except OSError:
                pass
        life(ADDRESSES[0])
    alive(f"{len(held)} connections held open")
    for s in held:
        s.close()
    alive("they are gone")


advance(300)
alive("at first")
datagrams(mutated(chance.choice(SEEDS)) for _ in range(5000))  # warms the allocator
for port in tcp_ports:
    garbage(port)
crowd()
alive("warmed up")
settled = memory()

shared = os.path.join(os.environ.get("MAKEREADY_SHARED", "../shared"), "corpora/protos")
for name in ("c06-snmpv1-req-app.dgrams.gz", "c06-snmpv1-trap-app.dgrams.gz"):
    path = os.path.join(shared, name)
    if not os.path.exists(path):
        print(f"skipped: no {path}")
        continue
    data = gzip.open(path).read()

    def each(data=data):
        at = 0
        while at + 4 <= len(data):
            n = int.from_bytes(data[at:at + 4], "little")
            yield data[at + 4:at + 4 + n]
            at += 4 + n
    datagrams(each())
    alive(name)
datagrams(mutated(chance.choice(SEEDS)) for _ in range(PACKETS))
alive(f"{PACKETS} mutated packets")
for port in tcp_ports:
    garbage(port)
    alive(f"garbage on port {port - OFFSET}")

crowd()
# Allocators keep what they once had at the same time, which chance decides; what leaks grows in every round. A sanitizer's shadow and
# quarantine grow with what was ever used.
for _ in range(12):
    before = memory()
    for port in tcp_ports:
        garbage(port)
    crowd()
    datagrams(mutated(chance.choice(SEEDS)) for _ in range(5000))
    if memory() - before <= max(LEVEL_KB, settled // 400):
        break
else:
    fail(f"its memory goes on growing: {memory()} kB")
grown = memory() - settled
if grown > max(SETTLED_KB, settled // 8):
    fail(f"its memory grew by {grown} kB")
child.send_signal(signal.SIGTERM)
if (code := child.wait(timeout=60)) != 0:
    fail(f"it ended with {code}")
received = int(open(log.name).read().split("stopped; ")[1].split()[0])
if received < sent * 0.99:
    fail(f"{sent} datagrams were sent, {received} came")
print(f"memory: {grown:+} kB since it was warm; {received} datagrams received")
