"""Wrong orders of the lines of repair-service, each with words that it must be told."""

from __future__ import annotations

from labkit.lessons.multicast.repair_service import EXERCISE

_DEF, _FOR, _DATA, _END, _WHILE, _NUMBER, _AGAIN = EXERCISE.lines
_OFF_BY_ONE, _CONNECT = EXERCISE.extra

WRONG = {
    "says the end first": (
        (_DEF, _END, _FOR, _DATA, _WHILE, _NUMBER, _AGAIN),
        "should get b'data 1 red' next, but got b'end 3'",
    ),
    "counts from 0": ((_DEF, _FOR, _DATA, _END, _WHILE, _NUMBER, _OFF_BY_ONE), "b'data 2 green'"),
    "connects to the group": (
        (_DEF, _CONNECT, _FOR, _DATA, _END, _WHILE, _NUMBER, _AGAIN),
        "waits for b'data 2 green', but nothing came",
    ),
    "never sends again": ((_DEF, _FOR, _DATA, _END, _WHILE, _NUMBER), "but nothing came"),
}
