"""Sabotages of middle boxes, and of the faults that stand for some."""

from __future__ import annotations

from sabotage.runner import Sabotage

SABOTAGES = (
    Sabotage(
        "one-port-for-all",
        "a NAT gives a port that another has",
        "labkit/wire/boxes/mappings.py",
        "        if self.at(protocol, port, now) is not None:\n            free",
        "        if False:\n            free",
        ("tests/unit/wire/test_nat.py", "tests/network/segments/test_nat.py"),
    ),
    Sabotage(
        "quotation-as-it-was",
        "a NAT lets an ICMP error quote the outer address inside",
        "labkit/wire/boxes/nat.py",
        "        quoted.set_source(data, *mapping.inside)\n",
        "",
        ("tests/unit/wire/test_nat.py", "tests/network/segments/test_nat.py"),
    ),
    Sabotage(
        "translated-counted-again",
        "a fault of the whole network counts a packet once more behind a NAT",
        "labkit/wire/station.py",
        "self.translates is not None and self.translates(frame)",
        "False",
        ("tests/network/segments/test_nat.py",),
    ),
    Sabotage(
        "answers-wait",
        "what a firewall answers outwards waits for the next frame of the router's",
        "labkit/wire/loop.py",
        "            self.traffic.release(monotonic_ns())\n            if self.boxed:",
        "            self.traffic.release(monotonic_ns())\n            if False:",
        ("tests/network/segments/test_firewall.py",),
    ),
    Sabotage(
        "anything-begins",
        "a firewall takes any segment for the first of a connection",
        "labkit/wire/boxes/firewall.py",
        "if not begins or not packet.asks or self._is_full(now):",
        "if not begins or self._is_full(now):",
        ("tests/unit/wire/test_firewall.py", "tests/network/segments/test_firewall.py"),
    ),
    Sabotage(
        "never-idle",
        "what middle boxes know, they know for ever",
        "labkit/wire/boxes/connections.py",
        "return now - self.used >= seconds * _NS",
        "return False",
        (
            "tests/unit/wire/test_nat.py",
            "tests/unit/wire/test_firewall.py",
            "tests/network/segments/test_nat.py",
        ),
    ),
    Sabotage(
        "translation-not-followed-back",
        "a trace does not follow answers through a translation of addresses",
        "labkit/traces/journeys.py",
        "elif arrival.host in routers:",
        "elif False:",
        ("tests/unit/traces/test_journeys.py", "tests/network/segments/test_nat.py"),
    ),
    Sabotage(
        "sum-not-put-right",
        "a rewritten segment keeps the checksum that it had",
        "labkit/wire/rewriting.py",
        'pack_into("!H", frame, start + 16, adjusted(was, old, bytes(frame[start:end])))',
        "pass",
        ("tests/unit/wire/test_rewriting.py", "tests/network/wire/test_rewriting.py"),
    ),
    Sabotage(
        "seconds-since-ever",
        "a fault's seconds count from when the machine was started",
        "labkit/wire/judge.py",
        "        self._since = now\n",
        "",
        ("tests/unit/wire/test_faults.py", "tests/network/wire/test_rewriting.py"),
    ),
)
