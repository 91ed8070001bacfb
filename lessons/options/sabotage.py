"""What could go wrong in the lesson's own experiments, and must be noticed."""

from __future__ import annotations

from sabotage.runner import Sabotage

SABOTAGES = (
    Sabotage(
        "user-timeout-not-set-in-options",
        "D has no user timeout, but keep-alive, which does not help it",
        "options",
        'socks["D"].setsockopt(IPPROTO_TCP, TCP_USER_TIMEOUT, 800)',
        'keep_alive(socks["D"])',
        ("options", "solutions/options"),
    ),
    Sabotage(
        "linger-off-in-options",
        "linger is told its time, and not switched on",
        "options",
        'pack("ii", 1, linger)',
        'pack("ii", 0, linger)',
        ("options", "solutions/options"),
    ),
    Sabotage(
        "receive-buffer-late-in-options",
        "the listener's receive buffer is left as it is",
        "options",
        "    listener.setsockopt(SOL_SOCKET, SO_RCVBUF, size)   # before listen()\n",
        "",
        ("options", "solutions/options"),
    ),
)
