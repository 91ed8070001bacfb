"""Sabotages of pictures and plots."""

from __future__ import annotations

from sabotage.runner import Sabotage

SABOTAGES = (
    Sabotage(
        "tables-too-early",
        "the socket tables are read before what is under way has arrived",
        "labkit/sockets/at_rest.py",
        "if quiet or left <= 0:",
        "if quiet or left <= SECONDS:",
        ("sockets", "tests/network/pictures/test_socketmap.py"),
    ),
    Sabotage(
        "queue-looks-accepted",
        "a connection that waits for accept() looks as if a program had it",
        "labkit/sockets/reading.py",
        "        return Holder(QUEUE)",
        '        return Holder(SOCKET, "accept()")',
        ("sockets", "tests/network/pictures/test_socketmap.py"),
    ),
    Sabotage(
        "strips-upside-down",
        "a plot draws a measurement in another row",
        "labkit/plots/distributions.py",
        "top = rows.index(each[row])",
        "top = len(rows) - 1 - rows.index(each[row])",
        ("tests/unit/plots/test_distributions.py",),
    ),
    Sabotage(
        "arrows-swapped",
        "a ladder's arrows point the other way",
        "labkit/pictures/ladders/text.py",
        "rightward = arrow.source == 0",
        "rightward = arrow.source != 0",
        ("start", "handshake"),
    ),
    Sabotage(
        "loss-not-shown",
        "a lost segment's arrow arrives",
        "labkit/pictures/ladders/text.py",
        "    if arrow.tips or not arrow.fate:",
        "    if True:",
        ("handshake",),
    ),
    Sabotage(
        "states-swapped",
        "who closes first goes to CLOSE-WAIT",
        "labkit/traces/machine.py",
        '    ("ESTABLISHED", "CLOSE"): "FIN-WAIT-1",',
        '    ("ESTABLISHED", "CLOSE"): "CLOSE-WAIT",',
        ("handshake",),
    ),
    Sabotage(
        "retransmission-unnoticed",
        "a segment that is sent again counts as a new one",
        "labkit/traces/analysis.py",
        "word = _again(segment, me, peer)",
        'word = ""',
        ("handshake",),
    ),
    Sabotage(
        "fin-takes-no-number",
        "a FIN takes up no sequence number",
        "labkit/packets/segment.py",
        'return self.seq + self.length + ("S" in flags) + ("F" in flags)',
        'return self.seq + self.length + ("S" in flags)',
        ("handshake",),
    ),
    Sabotage(
        "steps-backwards",
        "the socket table's steps are compared the wrong way round",
        "labkit/pictures/socketsteps.py",
        "changes(self._tables[name], table)",
        "changes(table, self._tables[name])",
        ("sockets",),
    ),
    Sabotage(
        "calls-end-late",
        "the noted calls end one second later than they did",
        "labkit/sockets/timeline.py",
        "        begin,\n        end,\n        size,",
        "        begin,\n        end and end + 1_000_000_000,\n        size,",
        ("sockets",),
    ),
    Sabotage(
        "last-turn-lost",
        "a conversation lacks its last turn",
        "labkit/traces/turns.py",
        "    return tuple(found)",
        "    return tuple(found[:-1])",
        ("nagle",),
    ),
)
