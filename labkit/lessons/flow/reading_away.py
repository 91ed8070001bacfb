"""The end of a check that left somebody stuck in sendall."""

from __future__ import annotations

import select
import socket

from labkit.learn.kit.tale import Tale
from labkit.running.patience import Patience

PIECE = 65_536
QUIET_S, PATIENCE_S = 0.2, 10.0


def read_away(tale: Tale, *socks: socket.socket) -> None:
    """Read what still comes: a thread of the learner's that sends it then ends by itself, without an error."""
    reading, patience = list(socks), Patience(PATIENCE_S)

    def comes() -> list[socket.socket]:
        return select.select(reading, [], [], QUIET_S)[0]

    while reading and patience.left() and (ready := tale.calmly(comes, QUIET_S / 2)):
        for sock in ready:
            try:
                over = not sock.recv(PIECE, socket.MSG_DONTWAIT)
            except BlockingIOError:
                continue
            except OSError:  # it was reset
                over = True
            if over:
                reading.remove(sock)
