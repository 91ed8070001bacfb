"""The server of the exercise book-once, and the connections of the code that books."""

from __future__ import annotations

import socket
import struct
import threading
import time
from typing import Any

from labkit.learn.kit.tale import Tale

PORT, NOBODY = 4100, 9
NUMBER = 18  # of the first order: its first digit alone is a wrong number


class Bookings:
    """The server of the story: it books what it reads, and fails by script, connection by connection.

    number    the order's, which its booking should give
    calls     tries since forget()
    paused    seconds since forget() between a try that was refused and the next
    said      lines of orders since forget(), on connections since then
    """

    def __init__(self, tale: Tale) -> None:
        self.tale = tale
        self.net = tale.network("client", "server")
        self.ways: list[str] = []  # of the connections to come; then it answers
        self.for_ever = ""  # or fails always in this way
        self.booked: dict[str, tuple[int, str]] = {}
        self.said: list[str] = []
        self.calls = 0
        self.paused = 0.0
        self._refused = 0.0  # when the last try was
        self._callers: set[object] = set()  # addresses of the connections since forget()
        self._socks: list[Any] = []
        self._lock = threading.Lock()
        self.number = NUMBER - 1
        self.net.server.start(self._serve, port=PORT)

    def connect(self, seconds: float) -> Any:
        """What the learner's code calls."""
        with self._lock:
            self.calls += 1
            if self._refused:
                self.paused += time.monotonic() - self._refused
            way = self.for_ever or (self.ways[0] if self.ways else "")
            if way == "refuses" and self.ways:
                self.ways.pop(0)
        sock = self.tale.keep(self.net.client.socket())
        self._socks.append(sock)
        sock.settimeout(seconds)
        try:
            sock.connect((self.net.server.address, NOBODY if way == "refuses" else PORT))
        except OSError:
            sock.close()
            self._refused = time.monotonic()
            raise
        self._callers.add(sock.getsockname())
        return sock

    @property
    def open(self) -> int:
        """How many sockets the learner's code has not closed."""
        return sum(sock.fileno() >= 0 for sock in self._socks)

    def forget(self, *ways: str) -> None:
        """Begin a new order."""
        self.ways, self.said, self.calls, self.number = list(ways), [], 0, self.number + 1
        self.paused, self._refused, self._callers = 0.0, 0.0, set()

    def _serve(self, conn: Any) -> None:
        try:
            with conn.makefile("rb") as lines:
                while (line := lines.readline()) and self._hear(conn, line.decode("utf-8", "replace")):
                    pass
        except OSError:
            pass  # the client has gone

    def _hear(self, conn: Any, line: str) -> bool:
        """Book what it says, and answer; False: no more of this connection."""
        if conn.getpeername() not in self._callers:
            return False  # of an order that is over: this server was late
        with self._lock:
            way = self.for_ever or (self.ways.pop(0) if self.ways else "")
            self.said.append(line)
            _, _, rest = line.rstrip("\n").partition(" ")
            key, _, text = rest.partition(" ")
            number, _ = self.booked.setdefault(key, (self.number, text))
        answer = b"BOOKED %b %d\n" % (key.encode(), number)
        if way == "resets":  # its close() says RST
            conn.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        elif way == "cuts":
            conn.sendall(answer[:-2])
        elif way == "others":
            conn.sendall(b"BOOKED somebody 3\nNO else sold out\n" + answer)
        elif not way:
            conn.sendall(answer)
        return way not in ("resets", "closes", "cuts")
