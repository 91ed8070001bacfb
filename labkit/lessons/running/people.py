"""Those who ask: clients with a connection each, and many of them at once."""

from __future__ import annotations

import contextlib
import socket
from typing import Any

from labkit.lessons.running.serving import PORT

PATIENCE_S = 10.0


class Person:
    """A client on a host, connected: `person.says("SUM 1 2")`, `person.hears()`.

    error   why nothing more comes, where that is an error: a ConnectionResetError
    """

    def __init__(self, host: Any, port: int = PORT) -> None:
        self.error: ConnectionResetError | None = None
        self.sock = host.socket()
        try:
            self.sock.settimeout(PATIENCE_S)
            self.sock.connect(("server", port))
        except BaseException:
            self.sock.close()
            raise
        self._heard = b""

    def says(self, *lines: str) -> None:
        """Send these lines; if the peer has hung up, nobody hears them."""
        with contextlib.suppress(ConnectionError):
            self.sock.sendall("".join(f"{line}\n" for line in lines).encode())

    def hears(self) -> str:
        """The next line, without its newline; "" when no more comes."""
        while b"\n" not in self._heard:
            try:
                data = self.sock.recv(4096)
            except ConnectionResetError as error:
                self.error, data = error, b""
            if not data:
                return ""
            self._heard += data
        line, self._heard = self._heard.split(b"\n", 1)
        return line.decode()


def leave(*people: Person) -> None:
    """Close their connections in order: what still comes is read, as a RST would follow from what is not."""
    for person in people:
        with contextlib.suppress(OSError):  # it has ended already
            person.sock.shutdown(socket.SHUT_WR)
            while person.sock.recv(4096):
                pass
        person.sock.close()


def ask(host: Any, line: str, times: int, connections: int = 1) -> list[str]:
    """The answers, where a line is sent so many times, at once, on each of so many connections of a host."""
    people = [Person(host) for _ in range(connections)]
    for person in people:
        person.says(*[line] * times)
    answers = [person.hears() for person in people for _ in range(times)]
    leave(*people)
    return answers
