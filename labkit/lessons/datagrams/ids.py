"""How questions and answers bear their id in the exercise ask-again: the lesson's way, and a class's ways."""

from __future__ import annotations

from itertools import product
from typing import NamedTuple

from labkit.words import say

# Behind the question, behind the answer: whole sentences.
_TOLD = {
    (False, False): "an id has {width} bytes; it stands before the question, and before the answer",
    (False, True): "an id has {width} bytes; it stands before the question, and behind the answer",
    (True, False): "an id has {width} bytes; it stands behind the question, and before the answer",
    (True, True): "an id has {width} bytes; it stands behind the question, and behind the answer",
}


class Ids(NamedTuple):
    """An id's bytes, and where it stands."""

    width: int = 4
    behind_question: bool = False
    behind_answer: bool = False

    def in_question(self, data: bytes) -> tuple[bytes, bytes]:
        """A datagram's id and text."""
        if self.behind_question:
            return data[max(0, len(data) - self.width) :], data[: -self.width]
        return data[: self.width], data[self.width :]

    def answer(self, id: bytes, text: bytes) -> bytes:
        """The datagram of an answer."""
        return text + id if self.behind_answer else id + text


IDS = tuple(Ids(*each) for each in product((4, 2, 3, 8), (False, True), (False, True)))


def told(ids: Ids) -> str:
    """Where the ids stand, in a sentence."""
    return say(_TOLD[ids.behind_question, ids.behind_answer], width=ids.width)
