"""The solution of listen-at, and wrong answers, each with words that it must be told."""

from __future__ import annotations

import os
import pathlib
import socket
from errno import EADDRINUSE


def _listening(path):
    listener = socket.socket(socket.AF_UNIX)
    try:
        listener.bind(path)
    except OSError:
        listener.close()
        raise
    listener.listen()
    return listener


def listen_at(path):
    if os.path.exists(path):
        with socket.socket(socket.AF_UNIX) as caller:
            if not pathlib.Path(path).is_socket() or caller.connect_ex(path) == 0:
                raise OSError(EADDRINUSE, "somebody is there", path)
        os.unlink(path)
    return _listening(path)


def as_given(path):
    if os.path.exists(path):
        os.unlink(path)
    return _listening(path)


def never_removes(path):
    return _listening(path)


def asks_only(path):
    if os.path.exists(path):
        with socket.socket(socket.AF_UNIX) as caller:
            if caller.connect_ex(path) == 0:
                raise OSError(EADDRINUSE, "somebody is there", path)
        os.unlink(path)
    return _listening(path)


def asks_too_late(path):
    there = os.path.exists(path)
    with socket.socket(socket.AF_UNIX) as caller:
        alive = caller.connect_ex(path) == 0
    if there:
        os.unlink(path)
    if alive:
        raise OSError(EADDRINUSE, "somebody is there", path)
    return _listening(path)


def returns_none(path):
    try:
        return listen_at(path)
    except OSError:
        return None


def does_not_listen(path):
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    return listener


SOLUTION = listen_at
WRONG = {
    "as given": (as_given, "took the path for itself"),
    "never removes the file": (never_removes, "Address already in use"),
    "takes a report for a dead server": (asks_only, "took the path for itself"),
    "asks too late": (asks_too_late, "ask before you remove its file"),
    "says nothing": (returns_none, "but it returned None"),
    "does not listen": (does_not_listen, "no caller reaches it"),
}
