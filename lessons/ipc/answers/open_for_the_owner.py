"""Wrong orders of the lines of open-for-the-owner, each with words that it must be told."""

from __future__ import annotations

from labkit.lessons.ipc.open_for_the_owner import EXERCISE

_DEF, _IF, _UNLINK, _BIND, _CHMOD, _LISTEN = EXERCISE.lines
(_REUSE,) = EXERCISE.extra

WRONG = {
    "listens before the mode is set": (
        (_DEF, _IF, _UNLINK, _BIND, _LISTEN, _CHMOD),
        "comes too late",
    ),
    "binds over the file": ((_DEF, _BIND, _IF, _UNLINK, _CHMOD, _LISTEN), "Address already in use"),
    "sets the mode of a file that is not there": (
        (_DEF, _IF, _UNLINK, _CHMOD, _BIND, _LISTEN),
        "No such file",
    ),
    "hopes for SO_REUSEADDR": ((_DEF, _REUSE, _BIND, _CHMOD, _LISTEN), "Address already in use"),
    "takes SO_REUSEADDR along": (
        (_DEF, _IF, _UNLINK, _REUSE, _BIND, _CHMOD, _LISTEN),
        "means nothing for a path",
    ),
    "does not listen": ((_DEF, _IF, _UNLINK, _BIND, _CHMOD), "listen() was not called"),
}
