"""Take the whole messages off the front of what is held."""

from __future__ import annotations

from typing import Any

from labkit.learn.kit.parsons import Parsons
from labkit.learn.kit.tale import Tale


def _take(tale: Tale, take: Any) -> None:
    five, empty, two = b"\0\0\0\5hello", b"\0\0\0\0", b"\0\0\0\2hi"
    for held, messages, rest, because in (
        (five, [b"hello"], b"", ""),
        (b"", [], b"", "nothing is held, so there is nothing to take"),
        (b"\0\0", [], b"\0\0", "half a length tells nothing yet: it is kept for later"),
        (five[:7], [], five[:7], "a message that is not whole is kept, its length included"),
        (five + two, [b"hello", b"hi"], b"", "of two whole messages both are taken: `while`, not `if`"),
        (
            five + empty + two[:5],
            [b"hello", b""],
            two[:5],
            "an empty message is a message; what is begun is kept",
        ),
    ):
        shown = f"take({held!r})"
        tale.expect(shown, tale.call(take, held, shown=shown), (messages, rest), because)


EXERCISE = Parsons(
    id="take",
    title="take(held): the whole messages of [4-byte length][payload] in held, and the bytes that are left",
    lines=(
        "def take(held):",
        "    messages, start = [], 0",
        "    while len(held) >= start + 4:",
        '        end = start + 4 + int.from_bytes(held[start:start + 4], "big")',
        "        if len(held) < end:",
        "            break",
        "        messages.append(held[start + 4:end])",
        "        start = end",
        "    return messages, held[start:]",
    ),
    name="take",
    story=_take,
    hints=(
        "What is held begins with a length, or with the first bytes of one. `start` is where the next message begins;"
        " as long as a whole one is there, it is taken and `start` moves on.",
        "First where the message ends, then the question whether all of it is there, then the message, then the new"
        " start. `while`, since two messages may have come together.",
        "def, messages, start = …, while, end = …, if, break, append, start = end, return; the line with"
        " `if len(held) >= start + 4` and the one without the 4 in append stay out",
    ),
    extra=("    if len(held) >= start + 4:", "        messages.append(held[start:end])"),
)
