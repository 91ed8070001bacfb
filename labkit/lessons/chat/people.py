"""Those who chat: clients on hosts, with a socket each, that say and hear lines."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable, Iterator
from typing import Any

PATIENCE_S = 10.0
SMALL = 4096  # the receive buffer of who shall be full soon


class Person:
    """A client on a host: `ada.says("SAY hello")`, `ada.hears()`.

    small   a small receive buffer, so that few unread lines fill it
    """

    def __init__(self, host: Any, port: int, name: str = "", *, small: bool = False) -> None:
        self.host, self.name = host, name
        self.error: ConnectionResetError | None = None
        self.sock = host.socket()
        if small:
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL)
        self.sock.settimeout(PATIENCE_S)
        self.sock.connect(("server", port))
        self._lines = self.sock.makefile("r", encoding="utf-8", newline="\n")
        if name:
            self.says(f"NAME {name}")
            self.hears()

    def says(self, line: str) -> None:
        """Send a line; several, where there are newlines in it.  When the peer has hung up, nobody hears it."""
        with contextlib.suppress(ConnectionError):
            self.sock.sendall(f"{line}\n".encode())

    def hears(self) -> str:
        """The next line, without its newline; "" at the end, whose `error` is kept where it is one."""
        try:
            return self._lines.readline().rstrip("\n")
        except ConnectionResetError as error:
            self.error = error
            return ""

    def until(self, *beginnings: str) -> list[str]:
        """The lines up to one that begins so, this one too; or up to the end."""
        heard = []
        while line := self.hears():
            heard.append(line)
            if line.startswith(beginnings):
                break
        return heard

    def rest(self) -> list[str]:
        """All lines up to the end."""
        heard = []
        while line := self.hears():
            heard.append(line)
        return heard

    def ends(self) -> None:
        """Say no more, and go on hearing."""
        self.sock.shutdown(socket.SHUT_WR)

    def leaves(self) -> None:
        """Close the connection politely: what still comes is read, as a RST would follow from what is not."""
        with contextlib.suppress(OSError):  # it has ended already
            self.ends()
            while self.sock.recv(65_536):
                pass
        self._lines.close()
        self.sock.close()


def leave(*people: Person) -> None:
    """Close the connections of all of them."""
    for person in people:
        person.leaves()


def overhear(net: Any, say: Callable[[], object], tries: int = 5) -> Any:
    """The trace of a conversation in which the server's answers carry its ACKs.

    Where a busy machine was so late that its kernel acknowledged by itself, it is said again.
    """
    for _ in range(tries):
        with net.capture() as trace:
            say()
        if not trace.select(source="server", flags="ACK"):
            break
    return trace


@contextlib.contextmanager
def come(net: Any, port: int, *names: str, small: str = "") -> Iterator[list[Person]]:
    """People who come one after another, each from the host of their name; they leave at the end of the block.

    small   whose receive buffer is small
    """
    people: list[Person] = []
    try:
        for name in names:
            people.append(Person(net[name], port, name, small=name == small))
            for person in people[:-1]:  # all begin alike: who was there has heard who has come
                person.until(f"JOINED {name}")
        yield people
    finally:
        leave(*people)
