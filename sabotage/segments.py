"""Sabotages of several segments and their routers."""

from __future__ import annotations

from sabotage.runner import Sabotage

SABOTAGES = (
    Sabotage(
        "names-inside-not-told",
        "with its keys a trace still names only what all can read",
        "labkit/traces/secured.py",
        "inner = open_(client.records, server.records) if open_ else ((), ())",
        "inner: tuple = ((), ())",
        ("tls", "tests/unit/traces/test_tls.py"),
    ),
    Sabotage(
        "tls-nonce-stays",
        "each record of TLS is opened with the first one's nonce",
        "labkit/traces/decrypting.py",
        "        self._number += 1\n",
        "",
        ("tests/unit/traces/test_tls.py",),
    ),
    Sabotage(
        "tls-calls-by-their-own-bytes",
        "what TLS adds to a program's bytes is forgotten when calls are put beside frames",
        "labkit/pictures/ladders/secured.py",
        "_MORE = TAG + 1",
        "_MORE = 0",
        ("tests/unit/pictures/test_ladder_tls.py",),
    ),
    Sabotage(
        "keys-not-in-the-file",
        "a saved trace has no keys for Wireshark",
        "labkit/traces/files/tracefile.py",
        "        keys=trace.keys,\n",
        "",
        ("tests/unit/traces/test_tls.py",),
    ),
    Sabotage(
        "segments-joined",
        "all segments are one switch",
        "labkit/wire/building.py",
        "self._switches[interface[1]],",
        "self._switches[0],",
        ("tests/network/segments/test_forwarding.py",),
    ),
    Sabotage(
        "size-of-the-first",
        "every interface takes packets as large as those of the first segment",
        "labkit/wire/building.py",
        '_, mtu = self._configuration["segments"][segment]',
        '_, mtu = self._configuration["segments"][0]',
        ("tests/network/segments/test_paths.py",),
    ),
    Sabotage(
        "farthest-address",
        "a name stands for the address of a host that is farthest away",
        "labkit/network/plan.py",
        "key=lambda each: ways[each.segment].hops",
        "key=lambda each: -ways[each.segment].hops",
        ("tests/unit/network/test_plan.py", "tests/network/segments/test_forwarding.py"),
    ),
    Sabotage(
        "forwarded-counted-again",
        "a fault of the whole network counts a packet on each segment that it crosses",
        "labkit/wire/judge.py",
        "if again and counted.fault.sender is None and counted.fault.to is None:",
        "if False:",
        ("tests/network/segments/test_forwarding.py",),
    ),
    Sabotage(
        "forwarded-is-sent-again",
        "questions take what a router forwards for another copy",
        "labkit/traces/questions.py",
        "return self.end_to_end.segments",
        "return self.segments",
        ("tests/unit/traces/test_journeys.py",),
    ),
    Sabotage(
        "bridged-before-routed",
        "a packet goes on with the frame whose time to live is its own",
        "labkit/traces/journeys.py",
        "tries = [(signs.exact, life + 1), (signs.exact, life), ",
        "tries = [(signs.exact, life), (signs.exact, life + 1), ",
        ("tests/unit/traces/test_journeys.py",),
    ),
    Sabotage(
        "joined-hosts-have-no-inside",
        "in a process that only joins a network, `with host:` leaves code on the machine",
        "labkit/network/doors/visiting.py",
        "    prepare()\n",
        "",
        ("tests/network/terminals/test_several.py",),
    ),
    Sabotage(
        "a-terminal-sees-one-address",
        "`labkit hosts` tells the first address of a router alone",
        "labkit/network/telling.py",
        "for each in plan.interfaces(host))",
        "for each in plan.interfaces(host)[:1])",
        ("tests/network/terminals/test_several.py",),
    ),
)
