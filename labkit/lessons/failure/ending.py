"""Programs that are ended by a signal, and what they still say."""

from __future__ import annotations

import signal
import sys
from typing import Any

PORT = 9
PATIENCE_S = 10.0


def last_words(net: Any, program: str, way: str) -> list[str]:
    """Run a Python program on the first host, end it when it has said something, and give all the lines that it said.

    way: a signal's name; words behind it are arguments of the program, which connects to the second host, port 9.
    """
    client, server = net.hosts
    said: list[str] = []

    def hear(conn: Any) -> None:
        for line in conn.makefile():
            said.append(line.strip())

    number, *arguments = way.split()
    with server.start(hear, port=PORT, replace=True) as service:
        running = client.spawn([sys.executable, "-c", program, *arguments])
        service.wait_until(lambda: said, PATIENCE_S, "its first word")
        running.send_signal(signal.Signals[number])
        service.wait_for(served=1, timeout=PATIENCE_S)
        running.stop()
    return said
