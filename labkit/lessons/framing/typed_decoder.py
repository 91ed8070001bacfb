"""Write a decoder, and have it tortured."""

from __future__ import annotations

import struct
from typing import Any

from labkit.learn.checking.check import started
from labkit.learn.kit.exercise import Exercise
from labkit.learn.kit.tale import NotStarted, Tale
from labkit.torture import torture
from labkit.words import say

_MESSAGES = ((1, b"hello"), (2, b""), (7, b"\0\0\0\1"))


def _frame(message: tuple[int, bytes]) -> bytes:
    return struct.pack("!IB", len(message[1]), message[0]) + message[1]


def _typed_decoder(tale: Tale, decoder: Any) -> None:
    feed = getattr(decoder, "feed", None)
    if not isinstance(decoder, type) or feed is None:
        tale.fail(
            "check the class that has feed(data), by its name without brackets (got {decoder!r})",
            decoder=decoder,
        )
    if not started(feed):
        raise NotStarted
    whole = b"".join(map(_frame, _MESSAGES))
    found = tale.call(_fed, decoder, [whole], shown=say("feed(all three messages at once)"))
    if found == [payload for _, payload in _MESSAGES]:
        tale.fail("feed should return pairs (type, payload), but returned the payloads alone")
    if found is None:
        tale.fail("feed should return a list of messages, [] if none is whole yet, but returned None")
    if isinstance(found, list) and found == list(_MESSAGES[:1]):
        tale.fail(
            "feed({whole!r}) should return three messages, but returned only the first:\n"
            "what recv gives may hold several; take messages off the front as long as whole ones are there",
            whole=whole,
        )
    tale.expect(f"feed({whole!r})", found, list(_MESSAGES))
    result = torture(decoder, _MESSAGES, encode=_frame)
    if not result.ok:
        tale.fail("the torture test found a split that breaks it:\n{result!r}", result=result)
    tale.did("the torture test: {head}\n(tried: {tries})", head=result.head, tries=result.tries)
    many = [(1, bytes(300)), (2, b"x" * 70_000)]
    result = torture(decoder, many, encode=_frame)
    if not result.ok:
        tale.fail(
            "two messages of 300 and 70,000 bytes: {problem}\n"
            'a length has four bytes: int.from_bytes(held[:4], "big")',
            problem=result.problem,
        )
    tale.did("messages of 300 and 70,000 bytes, cut in many ways: right")


def _fed(decoder: Any, pieces: list[bytes]) -> Any:
    one, found = decoder(), None
    for piece in pieces:
        found = one.feed(piece)
    return found


EXERCISE = Exercise(
    id="typed-decoder",
    title="Decode [4-byte length][1-byte type][payload], however it is cut",
    story=_typed_decoder,
    hints=(
        "Put what has come behind what you hold, then take whole messages off the front until there is none. What is"
        " left is the beginning of the next: keep it.",
        "A header is 5 bytes: with fewer you know nothing. Then the length is in held[:4], the type is held[4], and"
        " the whole message has 5 + length bytes. `while`, not `if`.",
        "self.held += data; messages = []\n"
        '  while len(self.held) >= 5 and len(self.held) >= (end := 5 + int.from_bytes(self.held[:4], "big")):\n'
        "      messages.append((self.held[4], self.held[5:end])); self.held = self.held[end:]\n"
        "  return messages",
    ),
    place=2,
    steps=3,
)
