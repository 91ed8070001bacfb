"""A door from outside: the networks that run, and a line to the helper of each."""

from __future__ import annotations

import os
import re
import socket
import struct
from collections.abc import Iterable, Sequence
from typing import Any

from labkit.network.line import ANSWER_WITHIN, Line, NoAnswer, WentAway
from labkit.wire.door import PREFIX, user_of

_LISTENS = 0x10000  # __SO_ACCEPTCON, among the flags of /proc/net/unix (proc_net(5))


class Door:
    """The way into one network.

    pid    of the network's helper
    line   to it
    told   what the network tells of itself: see `labkit.network.telling`

    Raises WentAway where nobody of this user answers there, NoAnswer, OSError.
    """

    def __init__(self, name: str) -> None:
        channel = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            # Where many knock at once one waits, and settimeout() would give up at once.
            channel.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", ANSWER_WITHIN, 0))
            channel.connect(f"\0{name}")
            self.pid, user = user_of(channel)
            if user != os.geteuid():  # a name that anybody may take
                raise WentAway
            self.line = Line(channel)
            self.told: dict[str, Any] = self.ask("tell")[0]
        except BaseException as error:
            channel.close()
            if isinstance(error, (ConnectionRefusedError, ConnectionResetError)):  # it has just ended
                raise WentAway from None
            if isinstance(error, BlockingIOError):
                raise NoAnswer from None
            raise

    def ask(self, operation: str, *arguments: Any, descriptors: Sequence[int] = ()) -> tuple[Any, list[int]]:
        """(the value of one of the operations `do_…` of `labkit.wire`, descriptors handed over).

        Raises what went wrong there as the OSError that it was, RuntimeError for a fault of ours; WentAway, NoAnswer.
        """
        with self.line.lock:
            outcome, value, received = self.line.ask(operation, arguments, descriptors)
        if outcome == "ok":
            return value, received
        kind, code, text, filename = value
        if kind == "Bug":
            raise RuntimeError(f"{operation} failed in the wire's process, please report it:\n{text}")
        raise OSError(code, text, filename) if filename else OSError(code, text)

    def close(self) -> None:
        """Go out: what was started there by this way ends."""
        self.line.close()


def names(lines: Iterable[str], user: int) -> list[str]:
    """The doors of a user's networks among the lines of /proc/net/unix."""
    found = []
    for line in lines:
        # Num RefCount Protocol Flags Type St Inode Path, and "@" for the zero byte that an abstract name begins with
        words = line.split()
        if (
            len(words) == 8
            and re.fullmatch(rf"@{PREFIX}/{user}/\d+-\w+", words[7])
            and int(words[3], 16) & _LISTENS
        ):
            found.append(words[7][1:])
    return found


def doors() -> tuple[list[Door], list[int]]:
    """The networks of this user that run, in order of start; and the helpers' pids of those that do not answer."""
    found: list[Door] = []
    silent: list[int] = []
    if not os.path.exists("/proc/net/unix"):  # no Linux
        return found, silent
    with open("/proc/net/unix", encoding="utf-8", errors="replace") as file:
        every = names(file, os.geteuid())
    for name in every:
        try:
            found.append(Door(name))
        except WentAway:
            continue
        except NoAnswer:
            silent.append(int(name.split("/")[-1].partition("-")[0]))
    return sorted(found, key=lambda door: door.told["since"]), silent
