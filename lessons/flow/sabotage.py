"""What could go wrong in the lesson's own experiments, and must be noticed."""

from __future__ import annotations

from sabotage.runner import Sabotage

SABOTAGES = (
    Sabotage(
        "update-not-lost-in-flow",
        "the window update that should be lost arrives",
        "flow",
        'server.link.faults = [Drop(flags="ACK", nth=1)]',
        "server.link.faults = []",
        ("flow", "solutions/flow"),
    ),
    Sabotage(
        "drained-in-flow",
        "the server that should not drain drains, too",
        "flow",
        "            if drain:\n",
        "            if True:\n",
        ("flow", "solutions/flow"),
    ),
    Sabotage(
        "send-buffer-not-as-asked",
        "the client asks for another send buffer than the text says",
        "flow",
        "caller.setsockopt(SOL_SOCKET, SO_SNDBUF, 20_000)",
        "caller.setsockopt(SOL_SOCKET, SO_SNDBUF, 30_000)",
        ("flow", "solutions/flow"),
    ),
    Sabotage(
        "proxy-bounded-already",
        "the proxy with the bug has a bound",
        "flow",
        "    pieces = Queue()\n",
        "    pieces = Queue(8)\n",
        ("flow", "solutions/flow"),
    ),
)
