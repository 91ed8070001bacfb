"""The questions that lead to a fault, each with its answers: data, to be drawn and to be walked.  Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

REFUSED, GAVE_UP, BROKEN, LATE, AT_ONCE = "refused", "gave up", "broken off", "done, late", "done at once"


class Found(NamedTuple):
    """What the answers come to: a kind, as a verdict names it, and where it is."""

    kind: str
    where: str


class Question(NamedTuple):
    """One question.

    asks     what is asked
    look     where the answer stands
    answers  what it can be, and what comes next
    """

    asks: str
    look: str
    answers: tuple[tuple[str, Question | Found], ...]


LISTENS = Question(
    "Where does it listen?",
    "the server's sockets",
    (
        ("on 127.0.0.1", Found("wrong-address", "the server")),
        ("at another port", Found("wrong-port", "the server")),
    ),
)
SYN = Question(
    "How far does the SYN come?",
    "both segments; other calls",
    (
        ("to the server", Found("no-return-route", "the server")),
        ("to the router, others pass", Found("firewall-drops", "router")),
        ("to the router, none passes", Found("no-forwarding", "router")),
    ),
)
ACCEPTED = Question(
    "Whom has the program accepted?",
    "the server's sockets",
    (
        ("nobody", Found("not-accepting", "the server")),
        ("somebody else", Found("one-at-a-time", "the server")),
    ),
)
TREE = Question(
    "How does one attempt end?",
    "net.reproduce()",
    (
        (
            REFUSED,
            Question(
                "Who gets the SYN, by its MAC address?",
                "the server's segment",
                (("another host", Found("duplicate-address", "that host")), ("the server", LISTENS)),
            ),
        ),
        (
            GAVE_UP,
            Question(
                "How far does an answer come?",
                "both segments",
                (
                    ("no SYN-ACK comes", SYN),
                    ("none is sent", ACCEPTED),
                    ("parts of it get lost", Found("mtu-black-hole", "that segment")),
                    ("all of it comes", Found("byte-order", "the server")),
                    ("a question gets lost", Found("nat-forgets", "router")),
                ),
            ),
        ),
        (
            BROKEN,
            Question(
                "Who ends it, and when?",
                "the client's segment",
                (
                    ("the server, in a pause", Found("idle-timeout", "the server")),
                    ("the server, as we send", Found("closes-unread", "the server")),
                ),
            ),
        ),
        (
            LATE,
            Question(
                "Where does the time go?",
                "explain(trace).accounts",
                (
                    ("the server's program", Found("slow-program", "the server")),
                    ("a closed window", Found("slow-consumer", "the server")),
                    ("held by Nagle", Found("nagle", "the server")),
                ),
            ),
        ),
        (
            AT_ONCE,
            Question(
                "What does it leave behind?",
                "the server's sockets",
                (("CLOSE-WAIT", Found("never-closes", "the server")),),
            ),
        ),
    ),
)


def leaves(question: Question) -> Iterator[Found]:
    """All that the answers can come to, from the first to the last."""
    for _, after in question.answers:
        if isinstance(after, Found):
            yield after
        else:
            yield from leaves(after)


def outline(question: Question, depth: int = 0) -> Iterator[str]:
    """The tree as lines of text."""
    indent = "  " * depth
    yield f"{indent}{question.asks}  [{question.look}]"
    for answer, after in question.answers:
        if isinstance(after, Found):
            yield f"{indent}- {answer}: {after.kind} ({after.where})"
        else:
            yield f"{indent}- {answer}:"
            yield from outline(after, depth + 2)
