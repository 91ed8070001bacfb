"""Start a server at a path, and leave one that runs alone."""

from __future__ import annotations

import os
import socket
import tempfile
from typing import Any

from labkit.learn.kit.exercise import Exercise
from labkit.learn.kit.tale import Tale
from labkit.running.tracebacks import named
from labkit.words import say

_WHAT = "listen_at(path)"


def _listen_at(tale: Tale, listen_at: Any) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "app.sock")
        told = say("there is nothing at path")
        first = _listens(tale, listen_at, path, told)
        tale.did("{told}: it listens, and a caller connects", told=told)

        first.close()
        told = say("an earlier server was killed; its file is left")
        second = _listens(tale, listen_at, path, told)
        tale.did("{told}: it listens, and a caller connects", told=told)

        told = say("that server still runs, and somebody starts another")
        _refuses(tale, listen_at, path, told)
        if not _reaches(path, second):
            tale.fail(
                "{told}: it raised OSError, as it should, but callers no longer reach the one that runs:\n"
                "ask before you remove its file",
                told=told,
            )
        tale.did("{told}: raised OSError, and callers reach the one that runs", told=told)

        second.close()
        os.unlink(path)
        with open(path, "w", encoding="utf-8") as file:
            file.write("a report, and no socket")
        told = say("at path there is a report, by mistake: a file with text")
        _refuses(tale, listen_at, path, told)
        if not os.path.isfile(path):
            tale.fail("{told}: it raised OSError, as it should, but the report is gone", told=told)
        tale.did("{told}: raised OSError, and the report is still there", told=told)


def _listens(tale: Tale, listen_at: Any, path: str, told: str) -> socket.socket:
    listener = tale.call(listen_at, path, shown=_WHAT)
    if not isinstance(listener, socket.socket):
        tale.fail(
            "{told}; {shown} should return a socket, but returned {listener!r}",
            told=told,
            shown=_WHAT,
            listener=listener,
        )
    tale.keep(listener)
    if not _reaches(path, listener):
        tale.fail("{told}; {shown} returned a socket, but no caller reaches it", told=told, shown=_WHAT)
    return listener


def _refuses(tale: Tale, listen_at: Any, path: str, told: str) -> None:
    running = tale.start(listen_at, path, shown=_WHAT)
    error = running.error()
    told = say("{told}; {shown} should raise OSError", told=told, shown=_WHAT)
    if error is None:
        found = running.finish()
        if isinstance(found, socket.socket):
            tale.keep(found)
            tale.fail("{told}, but it returned a socket, and took the path for itself", told=told)
        tale.fail("{told}, but it returned {found!r}", told=told, found=found)
    if not isinstance(error, OSError):
        tale.fail("{told}, but it raised {error}", told=told, error=named(error))


def _reaches(path: str, listener: socket.socket) -> bool:
    """Does who connects to path come to this listener?  Takes all callers who wait there."""
    listener.setblocking(False)
    with socket.socket(socket.AF_UNIX) as caller:
        if caller.connect_ex(path) != 0:
            return False
        caller.send(b"!")
        caller.shutdown(socket.SHUT_WR)
        try:
            while True:
                conn, _ = listener.accept()
                with conn:
                    if conn.recv(1) == b"!":
                        return True
        except BlockingIOError:
            return False


EXERCISE = Exercise(
    id="listen-at",
    title="Leave a server alone that runs",
    story=_listen_at,
    hints=(
        "A file at the path may be three things: left by the dead, held by the living, or no socket at all. Only one of"
        " them may be removed.",
        "Before `os.unlink`: `pathlib.Path(path).is_socket()` says what it is, and a `connect` whether somebody"
        " listens: it is refused if nobody does.",
        "with socket.socket(AF_UNIX) as caller:\n"
        "    if not pathlib.Path(path).is_socket() or caller.connect_ex(path) == 0:\n"
        '        raise OSError(EADDRINUSE, "somebody is there", path)',
    ),
    needs_network=True,
    steps=4,
    given=2,
)
