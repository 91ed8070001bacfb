"""What the lesson's exercises have in common: calling the learner's server, asking it, and what its errors mean."""

from __future__ import annotations

import errno
import socket
import time
from typing import Any

from labkit.learn.kit.tale import Running, Tale
from labkit.running.tracebacks import named
from labkit.words import look_up, say

PATIENCE_S = 1.0
AT = ("server", 8080)

_REASONS = {
    ("bind", errno.EINVAL): "This socket has its address already: bind() comes once, and before listen().",
    ("bind", errno.EADDRNOTAVAIL): "A socket is bound to an address of its own host.",
    ("accept", errno.EINVAL): "accept() takes calls from a socket that listens, and this one does not yet.",
    ("accept", errno.EBADF): "This socket is closed already: nobody can call it any more.",
    ("listen", errno.EBADF): "This socket is closed already.",
    ("recv", errno.ENOTCONN): (
        "A listening socket carries no bytes: it only takes calls. The bytes of one client come through the\n"
        "socket that accept() returned for it."
    ),
    ("recv", errno.EBADF): "This socket is closed already: read first, hang up afterwards.",
    ("sendall", errno.EPIPE): (
        "A listening socket carries no bytes: it only takes calls. Answer through the socket that accept()\n"
        "returned for this client."
    ),
    ("connect", errno.EISCONN): "A server does not call; it waits to be called, in accept().",
}


def explained(tale: Tale, error: BaseException, server: Any, shown: str) -> None:
    """End the story with an error of the learner's sockets, and what it means; others are told as they are."""
    number = getattr(error, "errno", None)
    failed = [call for call in server.core.timeline.calls() if call.error and call.host == server.name]
    if not isinstance(error, OSError) or number is None or not failed:
        return
    name = "recv" if failed[-1].name.startswith("recv") else failed[-1].name
    if reason := _REASONS.get((name, number)):
        tale.fail(
            "{shown}: {call}() raised {error}\n{reason}",
            shown=shown,
            call=failed[-1].name,
            error=named(error),
            reason=look_up(reason),
        )


def finished(tale: Tale, running: Running, server: Any, shown: str) -> Any:
    """What the learner's call returned; what it raised ends the story, explained where it can be."""
    error = running.error(PATIENCE_S)
    if error is not None:
        explained(tale, error, server, shown)
    return running.finish(PATIENCE_S)


def called(tale: Tale, host: Any, server: Any, running: Running, shown: str) -> Any:
    """A socket of *host* connected to the learner's server, as soon as that listens."""
    deadline = time.monotonic() + PATIENCE_S
    while True:
        caller = tale.keep(host.socket())
        caller.settimeout(PATIENCE_S)
        try:
            caller.connect(AT)
        except ConnectionError:  # refused; or reset, because it stopped listening at that moment
            caller.close()
            if running.done or time.monotonic() > deadline:
                finished(tale, running, server, shown)
                tale.fail(
                    "{shown} returned, and nobody had been able to call: no socket ever listened", shown=shown
                )
            time.sleep(0.01)  # nothing tells when another thread's socket begins to listen
        else:
            return caller


def asked(caller: Any, question: bytes, room: int = 100) -> bytes | str:
    """What comes back for a question: bytes, or in words why there are none."""
    try:
        caller.sendall(question)
        got = b""
        while len(got) < len(question):
            part = caller.recv(room)
            if not part:
                return got or say("the end")
            got += part
        return got
    except TimeoutError:
        return say("nothing within {seconds:g} s", seconds=PATIENCE_S)
    except ConnectionError as error:
        return type(error).__name__


def hears_the_end(caller: Any) -> bool:
    """Does the server hang up once the client has?"""
    try:
        caller.shutdown(socket.SHUT_WR)
        return caller.recv(100) == b""
    except OSError:  # nothing came in time, or a reset: that is no goodbye
        return False
