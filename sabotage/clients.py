"""Sabotages of the complete clients, and of the bookings server that is the other half of one."""

from __future__ import annotations

from sabotage.runner import Sabotage

SABOTAGES = (
    Sabotage(
        "book-without-keys-in-bookings",
        "the bookings server does not look for the key",
        "labkit/servers/bookings/book.py",
        "        if key in self._places:\n",
        "        if False:\n",
        ("tests/unit/servers/test_bookings_book.py",),
    ),
    Sabotage(
        "says-nothing-again-in-reliable",
        "the reliable client does not say again what has no answer",
        "labkit/clients/reliable/client.py",
        "                if not order.answer.done():\n                    self._say(order)\n            while",
        "                pass\n            while",
        ("tests/network/clients/test_reliable.py",),
    ),
    Sabotage(
        "pauses-begin-anew-too-early-in-reliable",
        "the pauses begin anew when connect() returns",
        "labkit/clients/reliable/client.py",
        '        self.counts["connected"] += 1\n',
        '        self.counts["connected"] += 1\n        self.pauses.reset()\n',
        ("tests/network/clients/test_reliable.py",),
    ),
)
