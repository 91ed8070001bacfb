"""Wrong orders of the lines of quick-server, each with words that it must be told."""

from __future__ import annotations

from labkit.lessons.nagle.quick_server import EXERCISE

_DEF, _LOOP, _QUICK, _HEADER, _IF, _RETURN, _PAYLOAD, _ANSWER = EXERCISE.lines
(_ONCE,) = EXERCISE.extra

WRONG = {
    "asks once": (
        (_DEF, _ONCE, _LOOP, _HEADER, _IF, _RETURN, _PAYLOAD, _ANSWER),
        "TCP_QUICKACK is not permanent",
    ),
    "never asks": ((_DEF, _LOOP, _HEADER, _IF, _RETURN, _PAYLOAD, _ANSWER), "keeps the ACK"),
    "answers before the payload": (
        (_DEF, _LOOP, _QUICK, _HEADER, _IF, _RETURN, _ANSWER, _PAYLOAD),
        "before the payload has come",
    ),
    "payload first": (
        (_DEF, _LOOP, _QUICK, _PAYLOAD, _HEADER, _IF, _RETURN, _ANSWER),
        "answer(conn) raised UnboundLocalError",
    ),
    "never ends": ((_DEF, _LOOP, _QUICK, _HEADER, _PAYLOAD, _ANSWER), "answer(conn)"),
}
