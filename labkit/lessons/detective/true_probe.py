"""Exercise, a bug hunt: the probe of a dashboard that is green while users wait."""

from __future__ import annotations

import threading
from collections.abc import Callable
from socket import IPPROTO_TCP, SO_REUSEADDR, SOL_SOCKET, TCP_NODELAY
from typing import Any

from labkit.learn.kit.exercise import Exercise
from labkit.learn.kit.tale import Tale
from labkit.words import say

# So long that a right probe on a busy machine has its answer within it.
SIZE, SECONDS = 100, 1.5
ANSWER = SIZE.to_bytes(4, "big") + b"r" * SIZE
PIECE_S = 0.05
PATIENCE_S = 4.0

WELL, REFUSED, SILENT, CUT, MISTAKEN = "well", "refused", "no answer", "cut off", "wrong answer"


class _Services:
    """What the probe is sent to, and what it should say of each."""

    def __init__(self, tale: Tale, probe: Any) -> None:
        self.tale, self.probe = tale, probe
        self.net = tale.network("client", "server")
        self.over = threading.Event()
        self.port = 8100

    def close(self) -> None:
        """The services that wait for ever end."""
        self.over.set()

    def says(self, wanted: str, what: str, why: str, handler: Callable[[Any], None] | None) -> None:
        """A service of its own for each probe; None: nobody listens."""
        # Where no byte comes for all of the time, a timeout of each recv() is over, too.
        self.tale.calmly(lambda: self._says(wanted, what, why, handler), SECONDS / 2)
        self.tale.did("{what}: it says {wanted!r}", what=what, wanted=wanted)

    def _says(self, wanted: str, what: str, why: str, handler: Callable[[Any], None] | None) -> None:
        self.port += 1
        if handler is not None:
            self.net.server.start(handler, port=self.port)
        shown = f"true_probe(client, address, {SECONDS})"
        address = self.net.server.address, self.port
        if handler is None:  # its port is free, in every mode
            with self.net.server.socket() as sock:
                sock.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
                sock.bind((self.net.server.address, 0))
                address = sock.getsockname()
        running = self.tale.start(self.probe, self.net.client, address, SECONDS, shown=shown)
        found = running.finish(PATIENCE_S, why)
        if found == CUT != wanted:
            why = say(
                "{cut!r} is for who hangs up: recv() gives b''. One recv() may give less than all", cut=CUT
            )
        if found != wanted:
            self.tale.fail(
                "{what}: {shown} should return {wanted!r}, but returned {found!r}:\n{why}",
                what=what,
                shown=shown,
                wanted=wanted,
                found=found,
                why=why,
            )

    def asked(self, conn: Any) -> bool:
        """Has the probe asked, as a client does?"""
        conn.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)
        line = b""
        while not line.endswith(b"\n"):
            data = conn.recv(100)
            if not data:
                return False
            line += data
        return line.startswith(b"fetch ")

    def well(self, conn: Any) -> None:
        if self.asked(conn):
            conn.sendall(ANSWER)

    def silent(self, conn: Any) -> None:
        self.over.wait()

    def cuts(self, conn: Any) -> None:
        if self.asked(conn):
            conn.sendall(ANSWER[:50])

    def drips(self, conn: Any) -> None:
        if self.asked(conn):
            for place in range(len(ANSWER)):
                try:
                    conn.sendall(ANSWER[place : place + 1])
                except ConnectionError:  # the probe has hung up, as it may
                    return
                if self.over.wait(PIECE_S):
                    return

    def reverses(self, conn: Any) -> None:
        if self.asked(conn):
            conn.sendall(SIZE.to_bytes(4, "little") + ANSWER[4:])


def _story(tale: Tale, probe: Any) -> None:
    services = _Services(tale, probe)
    tale.keep(services)
    services.says(
        REFUSED, say("nobody listens at its port"), say("connect() raises ConnectionRefusedError"), None
    )
    services.says(
        WELL,
        say("a service that answers"),
        say("it gets b'fetch 100\\n', and answers with 4 bytes of length and so many of a report"),
        services.well,
    )
    services.says(
        SILENT,
        say("a service whose program does nothing"),
        say("its kernel has shaken hands; only a question and its answer tell of the program"),
        services.silent,
    )
    services.says(
        CUT,
        say("a service that hangs up after half of the answer"),
        say("recv() returned b'' before all 104 bytes were there"),
        services.cuts,
    )
    services.says(
        SILENT,
        say("a service that sends a byte each {pause:g} s", pause=PIECE_S),
        say("all of the answer must be there within {seconds:g} s, not the next byte of it", seconds=SECONDS),
        services.drips,
    )
    services.says(
        MISTAKEN,
        say("a service that writes the length from the other end"),
        say("the first four bytes are b'd\\x00\\x00\\x00': no client can read that answer"),
        services.reverses,
    )


EXERCISE = Exercise(
    "true-probe",
    "Find the bug: the dashboard that is green",
    _story,
    hints=(
        "Who answers connect(), the program or its kernel? A probe knows what it has tried, and no more: let it try "
        "what a client wants.",
        "Send b'fetch 100\\n', then collect 104 bytes, in a loop, until a moment that stands fixed before connect(): "
        "settimeout(what is left of it) before each recv(). Which exception, or b'', is which word?",
        "ends, answer = monotonic() + seconds, b''\n"
        "  while len(answer) < 104:\n"
        "      sock.settimeout(max(ends - monotonic(), 0.001))\n"
        "      piece = sock.recv(104 - len(answer))\n"
        "      if not piece: return 'cut off'\n"
        "      answer += piece\n"
        "  return 'well' if answer[:4] == (100).to_bytes(4) else 'wrong answer'",
    ),
    needs_network=True,
    points=2,
    place=1,
    steps=6,
    given=2,
)
