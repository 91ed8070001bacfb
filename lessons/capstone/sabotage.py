"""What breaks this lesson's experiments, one thing at a time: its cells must notice (make sabotage)."""

from __future__ import annotations

from sabotage.runner import Sabotage

SABOTAGES = (
    Sabotage(
        "agrees-to-two-in-capstone",
        "the server agrees to version 2, so its old nothing is right",
        "capstone",
        'ANSWERS = {b"HELLO": encode({b"server": b"redis", b"proto": 3}, 3)',
        'ANSWERS = {b"HELLO": encode({b"server": b"redis", b"proto": 2}, 2)',
        ("capstone", "solutions/capstone"),
    ),
    Sabotage(
        "waits-for-each-in-capstone",
        "what should be sent at once is sent one by one",
        "capstone",
        'ask([b"GET a\\n" * COUNT])]',
        'ask([b"GET a\\n"] * COUNT)]',
        ("capstone", "solutions/capstone"),
    ),
    Sabotage(
        "knows-http-in-capstone",
        "the server of lines hangs up at the first line that it does not know",
        "labkit/lessons/capstone/lines.py",
        "                    value = error\n",
        "                    return conn.sendall(encode(error))\n",
        ("capstone", "solutions/capstone"),
    ),
    Sabotage(
        "nil-of-one-protocol-in-capstone",
        "nothing is written in the same way in both versions",
        "labkit/lessons/capstone/resp.py",
        'return b"_\\r\\n" if protocol == 3 else b"$-1\\r\\n"',
        'return b"$-1\\r\\n"',
        ("capstone", "solutions/capstone"),
    ),
)
