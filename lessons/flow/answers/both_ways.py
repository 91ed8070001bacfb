"""Wrong orders of the lines of exchange, each with words that it must be told."""

from __future__ import annotations

from labkit.lessons.flow.both_ways import EXERCISE

_DEF, _THREAD, _START, _GOT, _WHILE, _RECV, _JOIN, _RETURN = EXERCISE.lines
_RUN, _SENDALL = EXERCISE.extra

WRONG = {
    "joins before it reads": (
        (_DEF, _THREAD, _START, _JOIN, _GOT, _WHILE, _RECV, _RETURN),
        "join() waits for the sender, and nobody reads meanwhile",
    ),
    "runs it here": (
        (_DEF, _THREAD, _RUN, _GOT, _WHILE, _RECV, _RETURN),
        "run() calls sendall here, in this thread",
    ),
    "sends first": (
        (_DEF, _SENDALL, _GOT, _WHILE, _RECV, _RETURN),
        "each must read while it sends",
    ),
    "never starts": (
        (_DEF, _THREAD, _GOT, _WHILE, _RECV, _RETURN),
        "was still not done",
    ),
    "does not wait for the thread": (
        (_DEF, _THREAD, _START, _GOT, _WHILE, _RECV, _RETURN),
        "join() waits for it",
    ),
    "sends twice": (
        (_DEF, _THREAD, _START, _SENDALL, _GOT, _WHILE, _RECV, _JOIN, _RETURN),
        "exchange(sock, data)",
    ),
}
