"""A client of the server that is to be hardened: one end of a connection, the learner's handler at the other."""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Callable
from typing import Any

from labkit.learn.kit.tale import Running, Tale

PATIENCE_S = 2.5  # until then an attack must have ended
LOOK_S = 0.02
SHOWN = "handle(conn)"


def message(packed: bytes) -> bytes:
    """A message: four bytes of length, and what is compressed."""
    return len(packed).to_bytes(4, "big") + packed


class Client:
    """One end of a connection whose other end the learner's handler has."""

    def __init__(self, tale: Tale, handle: Callable[..., Any]) -> None:
        self.tale = tale
        self.sock, self._theirs = socket.socketpair()
        tale.keep(self.sock), tale.keep(self._theirs)
        self.sock.settimeout(PATIENCE_S)
        self.running: Running = tale.start(handle, self._theirs, shown=SHOWN)

    def sends(self, data: bytes) -> None:
        """Send; who has hung up hears nothing."""
        with contextlib.suppress(OSError):
            self.sock.sendall(data)

    def gets(self, size: int) -> bytes:
        """So many bytes, or what has come of them when the handler is at its end."""
        got, until = b"", time.monotonic() + PATIENCE_S
        self.sock.settimeout(LOOK_S)
        while len(got) < size and time.monotonic() < until:
            done = self.running.done  # asked first: what it sent before is there by then
            try:
                data = self.sock.recv(size - len(got))
            except TimeoutError:
                if done:
                    break
                continue
            except OSError:
                break
            if not data:
                break
            got += data
        self.sock.settimeout(PATIENCE_S)
        return got

    def unread(self) -> bool:
        """Has the handler, now at its end, left anything unread?"""
        try:
            if self._theirs.fileno() < 0:  # it has closed it: with something unread this end is reset
                self.sock.recv(1)
                return False
            self._theirs.setblocking(False)
            return bool(self._theirs.recv(1))
        except BlockingIOError:
            return False
        except ConnectionResetError:
            return True

    def leaves(self) -> None:
        """Hang up."""
        self.sock.close()

    def over(self, words: str, why: str) -> None:
        """The handler must be at its end by now, or soon, and have raised nothing."""
        self.tale.wait(lambda: self.running.done, PATIENCE_S)
        if not self.running.done:
            with contextlib.suppress(OSError):  # so that the learner's thread ends by itself
                self.sock.shutdown(socket.SHUT_RDWR)
            self.tale.fail(
                "{who}, and after {seconds:g} s {shown} still serves it:\n{why}",
                who=words,
                seconds=PATIENCE_S,
                shown=SHOWN,
                why=why,
            )
        error = self.running.error()
        if error is not None:
            self.tale.fail(
                "{who}, and {shown} raised {error}{at}:\n"
                "whoever can make it raise fills its log, or ends it; catch what a client can cause, and hang up",
                who=words,
                shown=SHOWN,
                error=type(error).__name__,
                at=self.running.at,
            )
