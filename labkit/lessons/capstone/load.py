"""How many requests a second a server answers, by how many are under way at once.

As a program (`python -m labkit.lessons.capstone.load server 6379`) it loads a server over one connection, and prints
the rates; it is a process of its own, so that it does not take the notebook's turns.
"""

from __future__ import annotations

import json
import socket
import sys
import time

from labkit.words import say

DEPTHS = (1, 8, 64, 512, 4096)  # requests that are sent before the first answer is waited for
SECONDS = 0.2  # for each depth: twenty round trips of the lesson's cable at the first
PATIENCE_S = 10.0
ASKED = b"*3\r\n$3\r\nSET\r\n$4\r\nname\r\n$3\r\nAda\r\n"
ANSWER = b"+OK\r\n"


def rate(sock: socket.socket, depth: int, seconds: float = SECONDS) -> float:
    """Requests a second, with so many under way at once.  Raises ValueError for any other answer than OK."""
    asked, wanted, count = ASKED * depth, len(ANSWER) * depth, 0
    begun = time.perf_counter()
    while (took := time.perf_counter() - begun) < seconds or not count:
        sock.sendall(asked)
        got = b""
        while len(got) < wanted:
            if not (data := sock.recv(65_536)):
                raise ValueError(say("the server has closed the connection"))
            got += data
        if got != ANSWER * depth:
            raise ValueError(say("not the answers to {n} SETs: {got!r}", n=depth, got=got[:40]))
        count += depth
    return count / took


def main(host: str, port: str) -> None:
    """Print the rates at all depths, as JSON."""
    with socket.create_connection((host, int(port)), timeout=PATIENCE_S) as sock:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        print(json.dumps([rate(sock, depth) for depth in DEPTHS]))


if __name__ == "__main__":
    main(*sys.argv[1:])
