"""The server of the exercise ask-again: it answers by script, and tells what is wrong with the questions."""

from __future__ import annotations

import time
from socket import SOCK_DGRAM

from labkit.learn.kit.tale import Running, Tale
from labkit.lessons.datagrams.ids import Ids
from labkit.lessons.datagrams.remarks import about
from labkit.running.tracebacks import named
from labkit.words import say

PORT = 5300
PATIENCE_S = 5.0


class Scripted:
    """What the learner's client speaks to.

    sock    the client's socket, connected to it
    ids     {text of a question: its id}, of all that have come
    """

    def __init__(self, tale: Tale, agreed: Ids) -> None:
        self.tale, self._agreed = tale, agreed
        net = tale.network("client", "server")
        self._timeline = net.client.core.timeline
        self._sock = tale.keep(net.server.socket(type=SOCK_DGRAM))
        self._sock.bind((net.server.address, PORT))
        self.sock = tale.keep(net.client.socket(type=SOCK_DGRAM))
        self.sock.connect((net.server.address, PORT))
        self._caller = self.sock.getsockname()
        self.ids: dict[bytes, bytes] = {}

    def hear(self, question: bytes, seconds: float = PATIENCE_S) -> bool:
        """Wait for a copy of the question; False when none comes.  Copies of earlier ones are passed over."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self._sock.settimeout(left)
            try:
                data, self._caller = self._sock.recvfrom(65_535)
            except TimeoutError:
                break
            if self._is_new(data, question):
                return True
        return False

    def _is_new(self, data: bytes, question: bytes) -> bool:
        id, text = self._agreed.in_question(data)
        if text in self.ids and text != question:
            return False
        if len(id) < self._agreed.width or text != question:
            self.tale.fail(
                "the server got {data!r};\na question is {width} bytes of id, and then {question!r}"
                if not self._agreed.behind_question
                else "the server got {data!r};\na question is {question!r}, and then {width} bytes of id",
                data=data,
                question=question,
                width=self._agreed.width,
            )
        if self.ids.setdefault(question, id) != id:
            self.tale.fail(
                "{question!r} came again with another id:\nthe server cannot see that it is the same question",
                question=question,
            )
        for other, known in self.ids.items():
            if other != question and known == id:
                self.tale.fail(
                    "{question!r} has the id of {other!r}:\na late answer to that would be taken for this one's",
                    question=question,
                    other=other,
                )
        return True

    def heard(self, running: Running, question: bytes, why: str, seconds: float = PATIENCE_S) -> None:
        """A copy of the question must come, or the story ends with *why*."""
        if not self.hear(question, seconds):
            outcome = running.error() if running.done else None
            if outcome is not None and not (why := about(outcome, why)):
                self.tale.fail(
                    "no copy of {question!r} came, and ask() raised {error}",
                    question=question,
                    error=named(outcome),
                )
            if outcome is not None:
                told = say("ask() raised {error}", error=type(outcome).__name__)
            else:
                told = say("ask() returned") if running.done else say("ask() was still waiting")
            self.tale.fail(
                "no copy of {question!r} came, and {told}:\n{why}", question=question, told=told, why=why
            )

    def answer(self, question: bytes, text: bytes) -> None:
        """Answer a question that has come."""
        self._sock.sendto(self._agreed.answer(self.ids[question], text), self._caller)

    def stray(self, question: bytes) -> None:
        """Send what looks like an answer, with an id that nobody has used."""
        wrong = bytes(byte ^ 0xFF for byte in self.ids[question])
        self._sock.sendto(self._agreed.answer(wrong, b"stray"), self._caller)

    def sends(self, copies: int) -> list[float]:
        """When the client's last so many sends began, by its own clock, `time.monotonic()`."""
        calls = [
            call for call in self._timeline.calls() if call.host == "client" and call.name.startswith("send")
        ]
        return [call.begin_ns / 1e9 for call in calls[-copies:]]
