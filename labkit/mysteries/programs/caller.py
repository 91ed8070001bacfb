"""The client that somebody complains of: asks a mystery's service as its users do, and says how that went.

    python -m labkit.mysteries.programs.caller ADDRESS PORT fetch|store|visit TIMES SIZE QUIET_S

fetch   as many reports, one after another, over one connection, with as many seconds of quiet before each but the first
store   hand over as many bytes
visit   fetch one report over a connection of its own, as many times

It ends with status 1 where it gave up: after 2 seconds in which nothing came, 8 where it stores.
"""

from __future__ import annotations

import socket
import sys
import threading
import time

PATIENCE_S, STORING_S = 2.0, 8.0


def receive(sock: socket.socket, size: int) -> None:
    """So many bytes, or an OSError."""
    while size:
        data = sock.recv(min(size, 65536))
        if not data:
            raise ConnectionError("the connection ended before the answer did")
        size -= len(data)


def fetch(sock: socket.socket, size: int) -> None:
    """One report, as long as its length says."""
    sock.sendall(b"fetch %d\n" % size)
    head = b""
    while len(head) < 4:
        data = sock.recv(4 - len(head))
        if not data:
            raise ConnectionError("the connection ended before the answer did")
        head += data
    receive(sock, int.from_bytes(head, "big"))


def call(address: tuple[str, int], what: str, times: int, size: int, quiet_s: float) -> None:
    """What its user wants of it."""
    for _ in range(times if what == "visit" else 1):
        with socket.create_connection(address, PATIENCE_S) as sock:
            if what == "store":
                sock.settimeout(STORING_S)
                sock.sendall(b"store %d\n" % size + bytes(size))
                receive(sock, len(b"stored\n"))
            for turn in range(times if what == "fetch" else what == "visit"):
                if turn and quiet_s:
                    threading.Event().wait(quiet_s)
                fetch(sock, size)


def main(words: list[str]) -> int:
    """Call, and tell."""
    address, port, what, times, size, quiet_s = words
    began = time.monotonic()
    try:
        call((address, int(port)), what, int(times), int(size), float(quiet_s))
    except OSError as error:
        print(f"gave up after {time.monotonic() - began:.1f} s: {type(error).__name__}: {error}")
        return 1
    print(f"done after {time.monotonic() - began:.1f} s")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
